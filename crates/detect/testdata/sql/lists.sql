-- By hand
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE lower(eventname) = 'putbucketpolicy'
  AND NOT COALESCE((lower(useragent) LIKE '%terraform%' OR lower(useragent) LIKE '%pulumi%'), FALSE)
ORDER BY eventtime;
