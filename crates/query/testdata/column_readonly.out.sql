SELECT eventname FROM cloudtrail WHERE readonly = 'true' AND managementevent = true AND readonly IN ('false')
-- reads: cloudtrail
