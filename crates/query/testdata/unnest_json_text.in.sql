SELECT item FROM cloudtrail CROSS JOIN UNNEST(CAST(json_extract(requestparameters, '$.instancesSet.items') AS array(json))) AS t(item) WHERE json_extract_scalar(item, '$.instanceId') = 'i-1'
