SELECT a.eventname, b.useridentity.arn AS arn FROM cloudtrail a LEFT JOIN cloudtrail b ON a.sharedeventid = b.sharedeventid AND b.eventtime > '2022-01-01T00:00:00Z' WHERE b.eventid IS NULL
-- reads: cloudtrail
