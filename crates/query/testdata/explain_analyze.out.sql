EXPLAIN ANALYZE VERBOSE SELECT eventname FROM cloudtrail AS cloudtrail_logs WHERE eventtime > '2021-03-01T00:00:00Z'
-- reads: cloudtrail
