SELECT to_unixtime(from_iso8601_timestamp(eventtime)), year(from_iso8601_timestamp(eventtime)), hour(from_iso8601_timestamp(eventtime)) FROM cloudtrail WHERE eventtime > to_char(CAST(from_unixtime(1614556800) AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
