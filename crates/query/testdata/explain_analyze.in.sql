EXPLAIN ANALYZE VERBOSE SELECT eventname FROM cloudtrail_logs WHERE eventtime > '2021-03-01 00:00:00'
