SELECT eventname FROM cloudtrail AS cloudtrail_logs WHERE eventname = 'ConsoleLogin'
-- reads: cloudtrail
