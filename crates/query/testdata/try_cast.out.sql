SELECT TRY_CAST(errorcode AS BIGINT), TRY_CAST(eventname AS DOUBLE), json_extract_scalar(requestparameters, '$.x'), (TRY_CAST(eventname AS INTEGER) + 1) FROM cloudtrail
-- reads: cloudtrail
