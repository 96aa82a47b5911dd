SELECT * FROM cloudtrail LIMIT 10
-- reads: cloudtrail
