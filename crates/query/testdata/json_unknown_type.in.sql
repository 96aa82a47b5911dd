SELECT CAST(eventname AS hyperloglog) FROM cloudtrail
