SELECT 1 AS _col0 FROM cloudtrail a JOIN cloudtrail b ON a.eventtime > b.eventtime
-- reads: cloudtrail
