SELECT eventname, FROM cloudtrail
