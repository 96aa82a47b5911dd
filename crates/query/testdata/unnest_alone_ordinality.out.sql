SELECT t.step AS step, t.place AS place FROM (SELECT unnest(ARRAY['in', 'up', 'out']) AS step, unnest(range(1, CAST(cardinality(ARRAY['in', 'up', 'out']) AS BIGINT) + 1)) AS place) AS t
-- reads: 
