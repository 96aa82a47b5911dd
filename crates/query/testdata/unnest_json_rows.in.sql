SELECT i.instanceid, i.imageid FROM cloudtrail CROSS JOIN UNNEST(CAST(json_extract(responseelements, '$.instancesSet.items') AS ARRAY(ROW(instanceid varchar, imageid varchar)))) AS t(i)
