SELECT eventname FROM cloudtrail WHERE eventtime >= date '2021-03-01' AND eventtime < date '2021-03-01' + interval '1' day
