WITH cloudtrail_logs AS (SELECT eventname FROM cloudtrail AS cloudtrail_logs WHERE errorcode IS NOT NULL) SELECT eventname FROM cloudtrail_logs
-- reads: cloudtrail
