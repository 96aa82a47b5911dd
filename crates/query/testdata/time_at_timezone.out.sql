SELECT at_timezone(from_iso8601_timestamp(eventtime), 'America/New_York') AS _col0, from_iso8601_timestamp(eventtime) AT TIME ZONE 'Asia/Tokyo' AS _col1 FROM cloudtrail WHERE eventtime > '2021-03-01T00:00:00Z'
-- reads: cloudtrail
