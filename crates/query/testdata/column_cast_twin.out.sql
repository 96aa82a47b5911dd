SELECT CAST(from_iso8601_timestamp(eventtime) AS DATE) AS _col0, CAST(from_iso8601_timestamp(eventtime) AS DATE) AS _col1, TRY_CAST(awsregion AS VARCHAR) AS _col2, awsregion FROM cloudtrail
-- reads: cloudtrail
