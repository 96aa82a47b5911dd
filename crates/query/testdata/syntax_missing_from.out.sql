SELECT eventname AS cloudtrail WHERE eventname = 'x'
-- reads: 
