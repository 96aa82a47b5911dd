SELECT useridentity.username, count(*) AS n FROM cloudtrail_logs GROUP BY useridentity.username ORDER BY n DESC
