SELECT eventname FROM cloudtrail ORDER BY eventtime LIMIT 5 OFFSET 10
-- reads: cloudtrail
