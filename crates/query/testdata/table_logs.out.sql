SELECT eventname FROM cloudtrail AS cloudtrail_logs LIMIT 10
-- reads: cloudtrail
