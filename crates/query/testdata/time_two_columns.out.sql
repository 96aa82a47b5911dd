SELECT 1 FROM cloudtrail a, cloudtrail b WHERE a.eventtime < b.eventtime
-- reads: cloudtrail
