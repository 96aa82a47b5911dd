SELECT eventname FROM cloudtrail WHERE eventtime >= to_char(CAST(date_add('hour', -24, now()) AS TIMESTAMP) + INTERVAL '999999999 nanoseconds', '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
