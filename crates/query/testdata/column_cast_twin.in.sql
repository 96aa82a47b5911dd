SELECT CAST(eventtime AS date), date(eventtime), TRY_CAST(awsregion AS varchar), awsregion FROM cloudtrail
