SELECT json_extract_scalar(JSON '{"a": 1}', '$.a') AS a
