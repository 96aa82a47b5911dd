SHOW CREATE TABLE cloudtrail_logs
