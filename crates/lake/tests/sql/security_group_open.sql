SELECT eventtime, useridentity.username, json_extract_scalar(requestparameters, '$.groupId') AS sg
FROM cloudtrail
WHERE eventname = 'AuthorizeSecurityGroupIngress' AND requestparameters LIKE '%0.0.0.0/0%'
