SELECT eventname FROM cloudtrail WHERE eventtime BETWEEN '2021-03-01T00:00:00Z' AND '2021-03-02T00:00:00Z'
-- reads: cloudtrail
