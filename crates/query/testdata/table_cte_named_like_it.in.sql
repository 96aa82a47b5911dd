WITH cloudtrail_logs AS (SELECT eventname FROM cloudtrail_logs WHERE errorcode IS NOT NULL) SELECT eventname FROM cloudtrail_logs
