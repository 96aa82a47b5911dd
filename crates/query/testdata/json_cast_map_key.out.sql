SELECT element_at(json_to_text_map(json_parse(requestparameters)), 'bucketName') FROM cloudtrail
-- reads: cloudtrail
