-- Trail stopped
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE lower(eventsource) = 'cloudtrail.amazonaws.com'
  AND lower(eventname) IN ('stoplogging', 'deletetrail')
  AND errorcode IS NULL
ORDER BY eventtime;
