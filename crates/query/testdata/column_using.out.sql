SELECT a.eventname FROM cloudtrail a JOIN cloudtrail b USING(eventid)
-- reads: cloudtrail
