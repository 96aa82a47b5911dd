SELECT TRY(CAST(errorcode AS bigint)), TRY_CAST(eventname AS double), try(json_extract_scalar(requestparameters, '$.x')), TRY(CAST(eventname AS integer) + 1) FROM cloudtrail
