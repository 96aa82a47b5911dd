SELECT eventname FROM cloudtrail WHERE eventtime >= '2021-03-01T00:00:00Z' AND eventtime < '2021-03-01T12:30'
