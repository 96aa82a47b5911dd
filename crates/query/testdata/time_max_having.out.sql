SELECT useridentity.arn AS arn, max(eventtime) AS last FROM cloudtrail GROUP BY 1 HAVING max(eventtime) < to_char(CAST(now() - INTERVAL '90' DAY AS TIMESTAMP) + INTERVAL '999999999 nanoseconds', '%Y-%m-%dT%H:%M:%SZ')
-- reads: cloudtrail
