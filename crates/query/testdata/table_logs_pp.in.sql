SELECT eventname, cloudtrail_logs_pp.eventtime FROM cloudtrail_logs_pp WHERE region = 'us-east-1'
