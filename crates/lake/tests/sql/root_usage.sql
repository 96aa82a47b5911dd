SELECT eventtime, eventname, sourceipaddress
FROM cloudtrail_logs
WHERE userIdentity.type = 'Root' AND eventtype <> 'AwsServiceEvent'
ORDER BY eventtime
