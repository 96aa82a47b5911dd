-- Session without MFA late at night
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE lower(useridentity.sessioncontext.attributes.mfaauthenticated) = 'false'
  AND lower(useridentity.sessioncontext.sessionissuer.arn) LIKE 'arn:aws:iam::%'
  AND useridentity.sessioncontext IS NOT NULL
  AND (
    hour(TRY(from_iso8601_timestamp(eventtime)) AT TIME ZONE 'UTC') = 1
    OR hour(TRY(from_iso8601_timestamp(eventtime)) AT TIME ZONE 'UTC') = 2
    OR hour(TRY(from_iso8601_timestamp(eventtime)) AT TIME ZONE 'UTC') = 3
  )
  AND lower(readonly) = 'false'
ORDER BY eventtime;
