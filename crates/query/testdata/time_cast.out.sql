SELECT from_iso8601_timestamp(eventtime) AS t, CAST(from_iso8601_timestamp(eventtime) AS DATE) AS d, CAST(from_iso8601_timestamp(eventtime) AS DATE) AS _col2 FROM cloudtrail WHERE eventtime > '2021-03-01T00:00:00Z'
-- reads: cloudtrail
