SELECT cloudtrail.k AS k, cloudtrail.v AS v FROM (SELECT *, unnest(map_keys(extra)) AS k, unnest(map_values(extra)) AS v FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
