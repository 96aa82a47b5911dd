SELECT eventname FROM cloudtrail LIMIT ALL
