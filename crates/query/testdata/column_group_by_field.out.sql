SELECT useridentity.username AS username, count(*) AS n FROM cloudtrail AS cloudtrail_logs GROUP BY useridentity.username ORDER BY n DESC NULLS LAST
-- reads: cloudtrail
