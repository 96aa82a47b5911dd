SELECT eventid FORM cloudtrail
