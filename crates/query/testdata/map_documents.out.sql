SELECT map_keys(json_to_text_map(requestparameters)) AS names FROM cloudtrail
-- reads: cloudtrail
