SELECT timestamp, count(*) AS events, count(DISTINCT useridentity.arn) AS principals
FROM cloudtrail
WHERE timestamp >= '2026/03/02' AND account = '111122223333'
GROUP BY timestamp
ORDER BY timestamp
