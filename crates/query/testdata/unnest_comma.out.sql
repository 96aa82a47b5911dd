SELECT cloudtrail.r.type AS type FROM (SELECT *, unnest(resources) AS r FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
