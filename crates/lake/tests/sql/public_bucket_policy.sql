SELECT recipientaccountid, json_extract_scalar(requestparameters, '$.bucketName') AS bucket,
       json_extract_scalar(requestparameters, '$.bucketPolicy.Statement[0].Principal') AS principal
FROM cloudtrail
WHERE eventname = 'PutBucketPolicy'
