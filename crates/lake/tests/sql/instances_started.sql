SELECT eventid, json_extract_scalar(item, '$.instanceId') AS instance
FROM cloudtrail
CROSS JOIN UNNEST(CAST(json_extract(responseelements, '$.instancesSet.items') AS ARRAY(JSON))) AS t(item)
WHERE eventname = 'RunInstances'
ORDER BY 2
