-- By hand
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE lower(eventname) = 'putbucketpolicy'
  AND NOT COALESCE((useridentity.type = 'AWSService' OR (useridentity.invokedby LIKE '%.amazonaws.com' AND useridentity.invokedby NOT IN ('signin.amazonaws.com', 'console.amazonaws.com', 'AWS Internal')) OR (sourceipaddress LIKE '%.amazonaws.com' AND sourceipaddress NOT IN ('signin.amazonaws.com', 'console.amazonaws.com', 'AWS Internal')) OR (COALESCE(useridentity.type, '') NOT IN ('IAMUser', 'Root') AND (sourceipaddress = 'AWS Internal' OR useridentity.invokedby = 'AWS Internal'))), FALSE)
  AND NOT COALESCE((lower(useragent) LIKE '%terraform%' OR lower(useragent) LIKE '%pulumi%'), FALSE)
ORDER BY eventtime;
