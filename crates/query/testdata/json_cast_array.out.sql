SELECT json_to_text_array(json_extract(requestparameters, '$.groups')) AS _col0, json_to_map(json_parse(requestparameters)) AS _col1, CAST(json_to_text_array(json_extract(requestparameters, '$.n')) AS ARRAY<BIGINT>) AS _col2 FROM cloudtrail
-- reads: cloudtrail
