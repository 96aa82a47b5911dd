SELECT eventname FROM cloudtrail ORDER BY eventtime OFFSET 10 LIMIT 5
