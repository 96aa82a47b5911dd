SELECT 1 AS _col0 FROM cloudtrail WHERE eventtime LIKE '2021-03-01%'
-- reads: cloudtrail
