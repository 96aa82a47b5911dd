SELECT eventname FROM cloudtrail WHERE eventtime >= to_char(CAST((now() AT TIME ZONE 'Europe/Berlin') - INTERVAL '1' DAY AS TIMESTAMP) + INTERVAL '999999999 nanoseconds', '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
