DESCRIBE cloudtrail
-- reads: cloudtrail
