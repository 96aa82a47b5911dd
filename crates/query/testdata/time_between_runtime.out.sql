SELECT eventname FROM cloudtrail WHERE eventtime BETWEEN to_char(CAST(date_add('day', -7, now()) AS TIMESTAMP) + INTERVAL '999999999 nanoseconds', '%Y-%m-%dT%H:%M:%SZ') AND to_char(CAST(now() AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
