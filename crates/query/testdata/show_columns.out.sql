SHOW COLUMNS FROM cloudtrail
-- reads: cloudtrail
