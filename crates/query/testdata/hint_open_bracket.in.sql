SELECT eventid FROM (SELECT eventid FROM cloudtrail
