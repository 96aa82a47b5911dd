SELECT eventname FROM cloudtrail WHERE eventtime >= ALL (SELECT eventtime FROM cloudtrail)
  AND eventname = ANY (SELECT eventname FROM cloudtrail) AND 3 > ALL (VALUES 1, 2)
