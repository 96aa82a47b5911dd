SELECT * FROM cloudtrail
-- reads: cloudtrail
