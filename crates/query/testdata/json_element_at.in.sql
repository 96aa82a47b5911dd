SELECT element_at(requestParameters, 'bucketName') AS bucket, element_at(additionalEventData,'MFAUsed') FROM $EDS_ID
