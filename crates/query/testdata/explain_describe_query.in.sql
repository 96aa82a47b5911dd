DESCRIBE SELECT eventname FROM cloudtrail
