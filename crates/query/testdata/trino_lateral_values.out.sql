SELECT c.verb AS verb, count(*) AS _col1 FROM (SELECT *, regexp_extract(c.eventname, '^[A-Z][a-z]+') AS verb FROM cloudtrail c) AS c GROUP BY c.verb ORDER BY 2 DESC NULLS LAST, 1 LIMIT 3
-- reads: cloudtrail
