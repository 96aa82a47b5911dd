SELECT 1 FROM cloudtrail a JOIN cloudtrail b ON from_iso8601_timestamp(a.eventtime) > b.eventtime
