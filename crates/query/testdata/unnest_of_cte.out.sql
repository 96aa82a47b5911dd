WITH c AS (SELECT eventid, resources AS res FROM cloudtrail) SELECT c.eventid, c.e.arn AS arn FROM (SELECT *, unnest(c.res) AS e FROM c) AS c ORDER BY arn DESC NULLS LAST
-- reads: cloudtrail
