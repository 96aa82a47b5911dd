SELECT CAST(json_parse(requestparameters) AS map(varchar, varchar))['bucketName'] FROM cloudtrail
