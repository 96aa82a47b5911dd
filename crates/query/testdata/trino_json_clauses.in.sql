SELECT json_query('{"a":[1,2]}', 'lax $.a[*]' WITH ARRAY WRAPPER) AS wrapped, json_value('{"a":7}', 'lax $.a' RETURNING bigint) + 1 AS eight,
  json_value('{"a":7}', 'lax $.b' DEFAULT 'none' ON EMPTY) AS none, json_object('x': 1, 'y': json_array(1, null NULL ON NULL)) AS made

