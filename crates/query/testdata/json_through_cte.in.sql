WITH x AS (SELECT requestparameters AS rp FROM cloudtrail) SELECT rp['bucketName'], x.rp.key FROM x
