SELECT 1 AS _col0 FROM cloudtrail c JOIN cloudtrail d ON from_iso8601_timestamp(c.eventtime) BETWEEN from_iso8601_timestamp(d.eventtime) AND date_add('minute', 5, from_iso8601_timestamp(d.eventtime))
-- reads: cloudtrail
