SELECT x.Who FROM (SELECT useridentity.arn AS "Who" FROM cloudtrail) x ORDER BY who
