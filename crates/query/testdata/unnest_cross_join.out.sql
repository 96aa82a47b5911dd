SELECT eventname, cloudtrail_logs.r.arn AS arn FROM (SELECT *, unnest(resources) AS r FROM cloudtrail AS cloudtrail_logs) AS cloudtrail_logs WHERE cloudtrail_logs.r.arn LIKE '%secret%'
-- reads: cloudtrail
