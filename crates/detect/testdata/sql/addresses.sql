-- From outside the networks
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE lower(useridentity.type) IN ('iamuser', 'root')
  AND NOT COALESCE((TRY_CAST(sourceipaddress AS IPADDRESS) BETWEEN IPADDRESS '10.0.0.0' AND IPADDRESS '10.255.255.255' OR TRY_CAST(sourceipaddress AS IPADDRESS) BETWEEN IPADDRESS '192.0.2.7' AND IPADDRESS '192.0.2.7' OR TRY_CAST(sourceipaddress AS IPADDRESS) BETWEEN IPADDRESS '2001:db8::' AND IPADDRESS '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'), FALSE)
ORDER BY eventtime;
