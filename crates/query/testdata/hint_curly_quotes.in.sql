SELECT eventid FROM cloudtrail WHERE eventname = ‘StopLogging’
