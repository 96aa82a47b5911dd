SELECT 1 AS _col0 FROM cloudtrail WHERE eventtime IN ('2021-03-01T00:00:00Z', '2021-03-01T00:00:05Z')
-- reads: cloudtrail
