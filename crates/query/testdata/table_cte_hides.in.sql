WITH cloudtrail AS (SELECT eventname FROM cloudtrail_logs) SELECT * FROM cloudtrail_logs
