EXPLAIN SELECT eventname FROM cloudtrail AS cloudtrail_logs
-- reads: cloudtrail
