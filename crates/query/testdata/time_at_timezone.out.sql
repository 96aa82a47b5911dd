SELECT at_timezone(from_iso8601_timestamp(eventtime), 'America/New_York'), from_iso8601_timestamp(eventtime) AT TIME ZONE 'Asia/Tokyo' FROM cloudtrail WHERE eventtime > '2021-03-01T00:00:00Z'
-- reads: cloudtrail
