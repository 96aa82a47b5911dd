-- Patterns with % and _ and it's quote
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE (lower(useragent) = 'it''s 100%_\done*' OR lower(useragent) LIKE 'aws-cli/%' OR lower(useragent) LIKE '%boto_core%' OR lower(useragent) LIKE '%100\%\_%' ESCAPE '\' OR lower(useragent) IS NOT NULL)
  AND (eventname LIKE 'Get%' OR eventname LIKE 'List%')
  AND lower(errormessage) LIKE '%not authorized'
  AND lower(errormessage) LIKE '%user:%'
  AND lower(errormessage) LIKE U&'%a\0009tab%'
ORDER BY eventtime;
