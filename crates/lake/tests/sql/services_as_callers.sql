SELECT useridentity.invokedby, eventname, element_at(CAST(json_extract(requestparameters, '$.encryptionContext') AS MAP(VARCHAR, VARCHAR)), 'aws:ebs:id') AS volume
FROM cloudtrail
WHERE useridentity.type = 'AWSService'
