SELECT useridentity.principalid AS principalid, element_at(requestparameters, 'bucketName') || '/' || element_at(requestparameters, 'key') AS object FROM cloudtrail AS cloudtrail_logs WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('DeleteObject', 'DeleteObjects') AND eventtime > '2021-03-01T00:00:00Z'
-- reads: cloudtrail
