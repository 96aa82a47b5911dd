SELECT element_at(requestparameters, 'bucketName') AS bucketname, element_at(element_at(requestparameters, 'policy'), 'Statement') AS statement FROM cloudtrail
-- reads: cloudtrail
