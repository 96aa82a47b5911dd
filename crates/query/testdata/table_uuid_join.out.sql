SELECT a.eventname FROM cloudtrail a JOIN cloudtrail b ON a.sharedeventid = b.sharedeventid
-- reads: cloudtrail
