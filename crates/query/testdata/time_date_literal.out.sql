SELECT eventname FROM cloudtrail WHERE eventtime >= '2021-03-01T00:00:00Z' AND eventtime < to_char(CAST(DATE '2021-03-01' + INTERVAL '1' DAY AS TIMESTAMP) + INTERVAL '999999999 nanoseconds', '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
