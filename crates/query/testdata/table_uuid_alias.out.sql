SELECT eds.eventname FROM cloudtrail AS eds, cloudtrail other WHERE eds.eventid = other.eventid
-- reads: cloudtrail
