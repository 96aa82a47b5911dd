SELECT c.r.arn AS arn FROM (SELECT *, unnest(c.resources) AS r FROM cloudtrail c) AS c WHERE c.eventtime > '2021-03-01T00:00:00Z'
-- reads: cloudtrail
