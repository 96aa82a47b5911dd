SELECT eventname FROM cloudtrail AS cloudtrail_logs_pp WHERE "timestamp" > '2021/11/01' AND account = '111122223333' AND region = 'us-east-1'
-- reads: cloudtrail
