-- A number anywhere
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE any_match(ARRAY[concat_ws(chr(10), eventsource, eventname, useridentity.arn, useridentity.username, sourceipaddress, useragent, errorcode, errormessage, requestparameters, responseelements, additionaleventdata)], t -> lower(t) LIKE '%12345%')
ORDER BY eventtime;
