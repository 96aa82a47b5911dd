SELECT t.name AS name, t.n + 1 AS _col1 FROM (SELECT *, unnest(all_of_them) AS t FROM (SELECT json_cast(json_parse('[{"name": "a", "n": 1}, {"Name": "b", "n": 5}]'), 'array(row(name varchar, n bigint))') AS all_of_them)) WHERE t.n > 2
-- reads: 
