SELECT CAST(from_iso8601_timestamp(eventtime) AS DATE), CAST(from_iso8601_timestamp(eventtime) AS DATE) AS expr_2, TRY_CAST(awsregion AS VARCHAR) AS expr_3, awsregion FROM cloudtrail
-- reads: cloudtrail
