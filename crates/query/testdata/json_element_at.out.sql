SELECT element_at(requestparameters, 'bucketName') AS bucket, element_at(additionaleventdata, 'MFAUsed') FROM cloudtrail
-- reads: cloudtrail
