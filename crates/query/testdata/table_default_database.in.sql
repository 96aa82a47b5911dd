SELECT eventname FROM default.cloudtrail_logs
