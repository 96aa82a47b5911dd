-- Administrator policy written
SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,
       sourceipaddress, useragent, errorcode, requestparameters, eventid
FROM cloudtrail_logs
WHERE lower(eventname) IN ('putrolepolicy', 'putuserpolicy')
  AND any_match(CAST(json_parse(json_query(element_at(transform(ARRAY[COALESCE(json_value(requestparameters, 'lax $."policyDocument"'), json_query(requestparameters, 'lax $."policyDocument"'))], d -> IF(regexp_like(d, '^\s*%(7B|5B|7b|5b)'), url_decode(replace(d, '+', '%2B')), d)), 1), 'lax $."Statement"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), e0 -> any_match(transform(CAST(json_parse(json_query(json_format(e0), 'lax $."Effect"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v1 -> lower(v1) = 'allow') AND any_match(transform(CAST(json_parse(json_query(json_format(e0), 'lax $."Action"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v1 -> lower(v1) = '*') AND any_match(transform(CAST(json_parse(json_query(json_format(e0), 'lax $."Resource"[*]' WITH ARRAY WRAPPER)) AS ARRAY(JSON)), j -> COALESCE(json_extract_scalar(j, '$'), NULLIF(json_format(j), 'null'))), v1 -> lower(v1) = '*'))
ORDER BY eventtime;
