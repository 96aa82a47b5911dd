SELECT eventname FROM cloudtrail WHERE eventtime > to_char(CAST(current_timestamp - INTERVAL '7' DAY AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ') AND eventtime <= to_char(CAST(current_timestamp - INTERVAL '1' HOUR AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
