SELECT TRY_CAST(errorcode AS BIGINT) AS _col0, TRY_CAST(eventname AS DOUBLE) AS _col1, json_extract_scalar(requestparameters, '$.x') AS _col2, (TRY_CAST(eventname AS INTEGER) + 1) AS _col3 FROM cloudtrail
-- reads: cloudtrail
