SELECT eventtime, useridentity.arn, json_extract_scalar(requestparameters, '$.key') AS object
FROM s3_cloudtrail_events_db.cloudtrail_bucket_table
WHERE eventname = 'DeleteObject'
  AND json_extract_scalar(requestparameters, '$.bucketName') = 'logs'
