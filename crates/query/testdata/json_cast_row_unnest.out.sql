SELECT eventid, json_extract_scalar(cloudtrail.ip, '$.cidrIp') AS cidrip FROM (SELECT *, unnest(json_to_array(json_extract(requestparameters, '$.ranges'))) AS ip FROM (SELECT *, unnest(json_to_array(json_extract(requestparameters, '$.ipPermissions.items'))) AS p FROM cloudtrail) AS cloudtrail) AS cloudtrail WHERE json_member(cloudtrail.p, 'fromPort') = '22'
-- reads: cloudtrail
