SELECT json_extract_scalar(requestparameters, '$.bucketName') AS bucket FROM cloudtrail WHERE json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure'
