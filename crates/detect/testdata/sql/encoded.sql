-- Encoded command
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE any_match(transform(CAST(json_parse(json_query(requestparameters, 'lax $."userData"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v0 -> (lower(v0) LIKE '%y3vyb%' OR lower(v0) LIKE '%n1cm%' OR lower(v0) LIKE '%jdxjs%'))
  AND any_match(transform(CAST(json_parse(json_query(requestparameters, 'lax $."command"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v0 -> (lower(v0) LIKE '% -enc %' OR lower(v0) LIKE '% /enc %' OR lower(v0) LIKE '% –enc %' OR lower(v0) LIKE '% —enc %' OR lower(v0) LIKE '% ―enc %'))
ORDER BY eventtime;
