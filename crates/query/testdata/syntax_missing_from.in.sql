SELECT eventname cloudtrail WHERE eventname = 'x'
