SELECT eventname FROM cloudtrail WHERE eventname = 'x'
-- reads: cloudtrail
