SELECT eventname, row_number() OVER (PARTITION BY useridentity.arn ORDER BY eventtime DESC NULLS LAST) AS n, lag(eventtime) OVER w AS _col2 FROM cloudtrail WINDOW w AS (PARTITION BY awsregion ORDER BY eventtime DESC NULLS LAST)
-- reads: cloudtrail
