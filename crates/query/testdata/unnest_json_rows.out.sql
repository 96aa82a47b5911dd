SELECT json_member(cloudtrail.i, 'instanceid') AS instanceid, json_member(cloudtrail.i, 'imageid') AS imageid FROM (SELECT *, unnest(json_to_array(json_extract(responseelements, '$.instancesSet.items'))) AS i FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
