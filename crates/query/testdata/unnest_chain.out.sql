SELECT c.part AS part FROM (SELECT *, unnest(split(c.r.arn, ':')) AS part FROM (SELECT *, unnest(resources) AS r FROM cloudtrail c) AS c) AS c
-- reads: cloudtrail
