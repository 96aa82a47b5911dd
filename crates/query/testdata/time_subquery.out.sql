SELECT 1 AS _col0 FROM cloudtrail WHERE eventtime = (SELECT max(eventtime) AS _col0 FROM cloudtrail)
-- reads: cloudtrail
