SELECT cloudtrail.k AS k, cloudtrail.v AS v FROM (SELECT *, unnest(map_keys(json_to_map(json_parse(requestparameters)))) AS k, unnest(map_values(json_to_map(json_parse(requestparameters)))) AS v FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
