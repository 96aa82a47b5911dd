SELECT CAST(eventname AS hyperloglog) FROM cloudtrail
-- reads: cloudtrail
