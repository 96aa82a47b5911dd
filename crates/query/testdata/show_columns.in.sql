SHOW COLUMNS FROM default.cloudtrail_logs
