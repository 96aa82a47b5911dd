SELECT eventName, eventTime
FROM $EDS_ID
WHERE eventTime > '2026-03-03 00:00:00' AND eventTime < '2026-03-03 01:02:30' AND userIdentity.username = 'alice'
ORDER BY eventTime
