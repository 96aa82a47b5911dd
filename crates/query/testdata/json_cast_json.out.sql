SELECT to_json(resources), json_extract(requestparameters, '$.a'), json_format(json_parse(requestparameters)) FROM cloudtrail
-- reads: cloudtrail
