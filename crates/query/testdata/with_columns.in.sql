WITH who(name, calls) AS (SELECT useridentity.arn, count(*) FROM cloudtrail_logs GROUP BY 1) SELECT Name, CALLS FROM who WHERE calls > 10 ORDER BY calls DESC
