SELECT eventid FROM cloudtrail WHERE eventname = 'RunInstances'
-- reads: cloudtrail
