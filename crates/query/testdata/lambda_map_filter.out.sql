SELECT map_filter(json_to_text_map(requestparameters), (name, value) -> name LIKE '%Name') AS names FROM cloudtrail
-- reads: cloudtrail
