SELECT time, metadata.uid, activity_id, cloud.account.uid AS account
FROM ocsf_api_activity
WHERE time_dt > '2026-03-03T01:30:00Z'
ORDER BY time
