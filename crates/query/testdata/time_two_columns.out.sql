SELECT 1 AS _col0 FROM cloudtrail a, cloudtrail b WHERE a.eventtime < b.eventtime
-- reads: cloudtrail
