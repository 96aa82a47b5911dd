SELECT element_at(requestparameters, 'bucketName') AS bucket, element_at(additionaleventdata, 'MFAUsed') AS _col1 FROM cloudtrail
-- reads: cloudtrail
