SELECT r.arn FROM cloudtrail c JOIN UNNEST(c.resources) AS t(r) ON 1 = 1 WHERE c.eventtime > '2021-03-01 00:00:00'
