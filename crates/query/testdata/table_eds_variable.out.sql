SELECT eventname FROM cloudtrail WHERE readonly = 'true'
-- reads: cloudtrail
