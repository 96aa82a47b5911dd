SELECT element_at(json_to_text_map(json_parse(requestparameters)), 'bucketName') AS _col0 FROM cloudtrail
-- reads: cloudtrail
