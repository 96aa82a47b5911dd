SELECT cloudtrail.item AS item FROM (SELECT *, unnest(json_to_array(json_extract(requestparameters, '$.instancesSet.items'))) AS item FROM cloudtrail) AS cloudtrail WHERE json_extract_scalar(cloudtrail.item, '$.instanceId') = 'i-1'
-- reads: cloudtrail
