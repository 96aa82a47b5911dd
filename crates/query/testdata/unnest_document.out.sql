SELECT eventid, cloudtrail.name AS name, cloudtrail.value AS value FROM (SELECT *, unnest(map_keys(json_to_text_map(requestparameters))) AS name, unnest(map_values(json_to_text_map(requestparameters))) AS value FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
