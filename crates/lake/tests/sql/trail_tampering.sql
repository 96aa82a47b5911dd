SELECT eventname, sourceipaddress, date_format(from_iso8601_timestamp(eventtime), '%Y-%m-%d %H:%i') AS at
FROM cloudtrail
WHERE eventsource = 'cloudtrail.amazonaws.com' AND eventname IN ('StopLogging', 'DeleteTrail', 'UpdateTrail')
ORDER BY eventtime
