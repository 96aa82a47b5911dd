SELECT eventid, IF(errorcode IS NULL, 'started', 'refused') AS outcome, TRY(CAST(json_extract_scalar(requestparameters, '$.instancesSet.items[0].maxCount') AS integer)) AS count
FROM cloudtrail
WHERE json_extract_scalar(requestparameters, '$.instanceType') LIKE 'p3.%'
ORDER BY eventid
