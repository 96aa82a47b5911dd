-- Instance launched with many copies
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE lower(eventname) = 'runinstances'
  AND any_match(transform(CAST(json_parse(json_query(requestparameters, 'lax $."instanceType"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v0 -> lower(v0) LIKE '%xlarge%')
  AND any_match(transform(CAST(json_parse(json_query(requestparameters, 'lax $."instancesSet"."items"."maxCount"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v0 -> IF(regexp_like(v0, '^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*$'), TRY_CAST(trim(v0) AS DOUBLE)) >= 10)
  AND NOT COALESCE(any_match(CAST(json_parse(json_query(requestparameters, 'lax $."dryRun"' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), v0 -> json_format(v0) <> 'null'), FALSE)
  AND any_match(CAST(json_parse(json_query(requestparameters, 'lax $."tags"' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), v0 -> json_format(v0) <> 'null')
  AND any_match(transform(CAST(json_parse(json_query(responseelements, 'lax $."instancesSet"."items"."instanceId"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v0 -> regexp_like(v0, '^i-[0-9a-f]{17}$'))
ORDER BY eventtime;
