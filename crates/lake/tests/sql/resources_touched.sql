SELECT eventname, r.arn, r.type
FROM cloudtrail CROSS JOIN UNNEST(resources) AS t(r)
ORDER BY eventtime, r.arn
