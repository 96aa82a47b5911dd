SELECT json_extract_scalar(json_parse('{"a": 1}'), '$.a') AS a
-- reads: 
