-- At night
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE (
    hour(TRY(from_iso8601_timestamp(eventtime)) AT TIME ZONE 'UTC') >= 18
    OR hour(TRY(from_iso8601_timestamp(eventtime)) AT TIME ZONE 'UTC') < 6
    OR (
      month(TRY(from_iso8601_timestamp(eventtime)) AT TIME ZONE 'UTC') = 1
      AND day(TRY(from_iso8601_timestamp(eventtime)) AT TIME ZONE 'UTC') <= 2
    )
  )
ORDER BY eventtime;
