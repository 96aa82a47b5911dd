SELECT json_extract_scalar(requestparameters, '$.instanceType') AS type, CAST(json_extract_scalar(responseelements, '$.n') AS BIGINT) AS _col1 FROM cloudtrail
-- reads: cloudtrail
