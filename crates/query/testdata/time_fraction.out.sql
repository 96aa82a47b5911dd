SELECT 1 AS _col0 FROM cloudtrail WHERE eventtime > '2021-03-01T00:00:00Z' AND eventtime >= '2021-03-01T00:00:01Z' AND eventtime < '2021-03-01T00:00:01Z' AND eventtime <= '2021-03-01T00:00:00Z' AND eventtime <> '2021-03-01T00:00:00.500000000Z'
-- reads: cloudtrail
