-- A secret's resource
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE any_match(resources, r -> lower(r.type) = 'aws::secretsmanager::secret' AND lower(r.arn) LIKE '%prod%')
  AND NOT COALESCE(any_match(resources, r -> lower(r.accountid) = '111122223333'), FALSE)
ORDER BY eventtime;
