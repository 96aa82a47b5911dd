SELECT eventname, count(*) FROM cloudtrail GROUP eventname
