SELECT date_trunc('hour', from_iso8601_timestamp(eventtime)) AS hour, day_of_week(from_iso8601_timestamp(eventtime)) AS _col1, EXTRACT(HOUR FROM from_iso8601_timestamp(eventtime)) AS _col2, date_format(from_iso8601_timestamp(eventtime), '%Y-%m-%d') AS _col3 FROM cloudtrail GROUP BY 1
-- reads: cloudtrail
