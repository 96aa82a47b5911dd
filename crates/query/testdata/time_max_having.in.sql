SELECT useridentity.arn, max(eventtime) AS last FROM cloudtrail GROUP BY 1 HAVING max(eventtime) < now() - interval '90' day
