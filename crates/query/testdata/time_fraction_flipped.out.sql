SELECT 1 AS _col0 FROM cloudtrail WHERE '2021-03-01T00:00:01Z' > eventtime AND '2021-03-01T00:00:01Z' <= eventtime
-- reads: cloudtrail
