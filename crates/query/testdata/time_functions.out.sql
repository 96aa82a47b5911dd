SELECT date_trunc('hour', from_iso8601_timestamp(eventtime)) AS hour, day_of_week(from_iso8601_timestamp(eventtime)), EXTRACT(HOUR FROM from_iso8601_timestamp(eventtime)), date_format(from_iso8601_timestamp(eventtime), '%Y-%m-%d') FROM cloudtrail GROUP BY 1
-- reads: cloudtrail
