SELECT eventname, cloudtrail_logs_pp.eventtime FROM cloudtrail AS cloudtrail_logs_pp WHERE region = 'us-east-1'
-- reads: cloudtrail
