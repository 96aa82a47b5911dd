WITH x AS (SELECT requestparameters AS rp FROM cloudtrail) SELECT element_at(rp, 'bucketName'), element_at(x.rp, 'key') AS key FROM x
-- reads: cloudtrail
