SELECT to_json(resources) AS _col0, json_extract(requestparameters, '$.a') AS _col1, json_format(json_parse(requestparameters)) AS _col2 FROM cloudtrail
-- reads: cloudtrail
