SELECT eventname FROM cloudtrail WHERE
