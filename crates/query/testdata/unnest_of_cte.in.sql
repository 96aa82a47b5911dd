WITH c AS (SELECT eventid, resources AS res FROM cloudtrail) SELECT c.eventid, e.arn FROM c CROSS JOIN UNNEST(c.res) AS x(e) ORDER BY e.arn DESC
