SELECT 1 AS _col0 FROM cloudtrail WHERE eventtime NOT BETWEEN '2021-03-01T00:00:01Z' AND '2021-03-02T00:00:00Z'
-- reads: cloudtrail
