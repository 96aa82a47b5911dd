SELECT CAST(resources AS json), CAST(json_extract(requestparameters, '$.a') AS JSON), json_format(CAST(requestparameters AS json)) FROM cloudtrail
