SELECT a.eventid AS earlier, b.eventid AS later, date_diff('day', from_iso8601_timestamp(a.eventtime), from_iso8601_timestamp(b.eventtime)) AS days
FROM cloudtrail a JOIN cloudtrail b ON a.useridentity.arn = b.useridentity.arn AND a.useridentity.type = 'Root' AND a.eventid < b.eventid
