-- Two of three signs
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE IF(lower(eventname) = 'createuser', 1, 0) + IF(lower(useragent) LIKE '%kali%', 1, 0) + IF(errorcode IS NULL, 1, 0) >= 2
ORDER BY eventtime;
