SELECT eventTime, sourceIPAddress, userIdentity.arn, additionalEventData['MFAUsed'] AS mfa
FROM cloudtrail_logs
WHERE eventName = 'ConsoleLogin' AND userIdentity.type = 'Root' AND responseElements['ConsoleLogin'] = 'Success'
ORDER BY eventTime DESC
