WITH x AS (SELECT requestparameters AS rp FROM cloudtrail) SELECT element_at(rp, 'bucketName') AS _col0, element_at(x.rp, 'key') AS key FROM x
-- reads: cloudtrail
