WITH who (name, calls) AS (SELECT useridentity.arn AS arn, count(*) AS _col1 FROM cloudtrail AS cloudtrail_logs GROUP BY 1) SELECT name, calls FROM who WHERE calls > 10 ORDER BY calls DESC NULLS LAST
-- reads: cloudtrail
