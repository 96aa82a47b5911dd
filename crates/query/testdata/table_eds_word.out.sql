SELECT eventname FROM cloudtrail AS eds_id
-- reads: cloudtrail
