SELECT requestParameters.bucketName, requestparameters.policy.Statement FROM cloudtrail
