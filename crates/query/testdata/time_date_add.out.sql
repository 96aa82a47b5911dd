SELECT eventname FROM cloudtrail WHERE eventtime > to_char(CAST(date_add('day', -7, now()) AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
