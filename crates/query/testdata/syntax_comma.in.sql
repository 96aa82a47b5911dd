SELECT eventname,, eventtime FROM cloudtrail
