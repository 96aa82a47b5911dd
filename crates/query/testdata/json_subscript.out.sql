SELECT element_at(requestparameters, 'bucketName') AS bucket FROM cloudtrail WHERE element_at(requestparameters, 'key') LIKE '%.sql'
-- reads: cloudtrail
