-- On oneself
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE (
    any_match(transform(CAST(json_parse(json_query(requestparameters, 'lax $."userName"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v0 -> lower(v0) = lower(useridentity.username))
    OR any_match(transform(CAST(json_parse(json_query(requestparameters, 'lax $."userName"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), w -> strpos(reverse(lower(useridentity.arn)), reverse(lower(w))) = 1)
  )
  AND NOT COALESCE(lower(useridentity.accountid) = lower(recipientaccountid), FALSE)
ORDER BY eventtime;
