SELECT 1 FROM cloudtrail a JOIN cloudtrail b ON a.eventtime > b.eventtime
-- reads: cloudtrail
