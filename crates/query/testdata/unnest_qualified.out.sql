SELECT c.resource.arn AS arn, c.resource.accountid AS accountid, c.eventname FROM (SELECT *, unnest(c.resources) AS resource FROM cloudtrail c) AS c GROUP BY 1, 2, 3
-- reads: cloudtrail
