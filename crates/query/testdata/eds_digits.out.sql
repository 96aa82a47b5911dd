SELECT eventname FROM cloudtrail
-- reads: cloudtrail
