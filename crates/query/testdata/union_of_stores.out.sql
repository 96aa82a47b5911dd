SELECT eventname FROM cloudtrail WHERE eventtime > '2022-01-01T00:00:00Z' UNION ALL SELECT eventname FROM cloudtrail WHERE eventtime > '2022-01-01T00:00:00Z'
-- reads: cloudtrail
