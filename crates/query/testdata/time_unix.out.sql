SELECT to_unixtime(from_iso8601_timestamp(eventtime)) AS _col0, year(from_iso8601_timestamp(eventtime)) AS _col1, hour(from_iso8601_timestamp(eventtime)) AS _col2 FROM cloudtrail WHERE eventtime > to_char(CAST(from_unixtime(1614556800) AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
