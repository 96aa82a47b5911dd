SELECT eventname FROM cloudtrail ORDER BY 1 LIMIT 5
-- reads: cloudtrail
