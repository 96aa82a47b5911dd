SELECT eventname FROM cloudtrail WHERE eventtime >= TIMESTAMP '2021-03-01 00:00:00' AND eventtime <= timestamp '2021-03-01 23:59:59 UTC'
