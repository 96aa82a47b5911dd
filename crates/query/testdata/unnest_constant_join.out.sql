SELECT c.eventname, name FROM cloudtrail c CROSS JOIN UNNEST(ARRAY['a', 'b']) AS t (name)
-- reads: cloudtrail
