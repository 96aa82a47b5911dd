SELECT a.eventname FROM cloudtrail a JOIN cloudtrail_logs b USING (eventID)
