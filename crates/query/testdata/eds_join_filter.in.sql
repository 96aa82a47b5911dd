SELECT a.eventname, b.useridentity.arn FROM $EDS_ID a LEFT JOIN $EDS_ID b ON a.sharedeventid = b.sharedeventid AND b.eventtime > '2022-01-01 00:00:00' WHERE b.eventid IS NULL
