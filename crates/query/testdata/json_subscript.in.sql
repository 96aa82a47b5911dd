SELECT requestParameters['bucketName'] AS bucket FROM cloudtrail WHERE requestParameters['key'] LIKE '%.sql'
