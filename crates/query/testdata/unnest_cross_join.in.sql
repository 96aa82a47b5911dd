SELECT eventname, r.arn FROM cloudtrail_logs CROSS JOIN UNNEST(resources) AS t(r) WHERE r.arn LIKE '%secret%'
