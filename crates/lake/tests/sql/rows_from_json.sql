SELECT name, n + 1 FROM (
  SELECT CAST(json_parse('[{"name": "a", "n": 1}, {"Name": "b", "n": 5}]') AS ARRAY(ROW(name varchar, n bigint))) AS all_of_them
) CROSS JOIN UNNEST(all_of_them) AS t(name, n) WHERE n > 2
