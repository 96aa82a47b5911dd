SELECT json_to_text_array(json_extract(requestparameters, '$.groups')), json_to_map(json_parse(requestparameters)), CAST(json_to_text_array(json_extract(requestparameters, '$.n')) AS ARRAY<BIGINT>) FROM cloudtrail
-- reads: cloudtrail
