SELECT 1 AS _col0 FROM cloudtrail WHERE eventtime > to_char(CAST(date_parse('2021-03-01', '%Y-%m-%d') AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
