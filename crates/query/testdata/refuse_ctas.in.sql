CREATE TABLE copy AS SELECT * FROM cloudtrail_logs
