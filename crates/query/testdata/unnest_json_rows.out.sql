SELECT cloudtrail.i.instanceid AS instanceid, cloudtrail.i.imageid AS imageid FROM (SELECT *, unnest(json_cast(json_extract(responseelements, '$.instancesSet.items'), 'array(row(instanceid varchar, imageid varchar))')) AS i FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
