SELECT eventname, row_number() OVER (PARTITION BY useridentity.arn ORDER BY eventtime DESC) AS n, lag(eventtime) OVER w FROM cloudtrail WINDOW W AS (PARTITION BY awsregion ORDER BY eventTime DESC)
