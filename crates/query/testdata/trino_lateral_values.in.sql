SELECT t.verb, count(*) FROM cloudtrail c CROSS JOIN LATERAL (SELECT regexp_extract(c.eventname, '^[A-Z][a-z]+')) AS t(verb)
GROUP BY t.verb ORDER BY 2 DESC, 1 LIMIT 3
