SELECT t.resource.arn, t.resource.accountid, c.eventname FROM cloudtrail c CROSS JOIN UNNEST(c.resources) AS t (resource) GROUP BY 1, 2, 3
