SELECT eventname FROM cloudtrail WHERE eventtime >= to_char(CAST(current_date - INTERVAL '30' DAY AS TIMESTAMP) + INTERVAL '999999999 nanoseconds', '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
