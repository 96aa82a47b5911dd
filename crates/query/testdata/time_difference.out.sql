SELECT date_diff('minute', from_iso8601_timestamp(a.eventtime), from_iso8601_timestamp(b.eventtime)) AS _col0, from_iso8601_timestamp(a.eventtime) - from_iso8601_timestamp(b.eventtime) AS _col1 FROM cloudtrail a JOIN cloudtrail b ON a.eventid = b.sharedeventid WHERE from_iso8601_timestamp(b.eventtime) < from_iso8601_timestamp(a.eventtime) + INTERVAL '5' MINUTE
-- reads: cloudtrail
