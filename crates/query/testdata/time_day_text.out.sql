SELECT eventname FROM cloudtrail WHERE eventtime >= '2021-03-01' AND eventtime < '2021-03-02'
-- reads: cloudtrail
