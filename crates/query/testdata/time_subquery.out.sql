SELECT 1 FROM cloudtrail WHERE eventtime = (SELECT max(eventtime) FROM cloudtrail)
-- reads: cloudtrail
