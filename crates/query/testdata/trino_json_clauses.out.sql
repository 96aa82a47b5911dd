SELECT json_query('{"a":[1,2]}', 'lax $.a[*]', 'with wrapper') AS wrapped, CAST(json_value('{"a":7}', 'lax $.a') AS BIGINT) + 1 AS eight, coalesce(json_value('{"a":7}', 'lax $.b'), 'none') AS none, json_object('x', to_json(1), 'y', json_array_null(to_json(1), to_json(NULL))) AS made
-- reads: 
