SELECT eventname FROM cloudtrail_logs LIMIT 10;
