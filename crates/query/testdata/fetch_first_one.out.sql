SELECT eventname FROM cloudtrail LIMIT 1 OFFSET 2 ROWS
-- reads: cloudtrail
