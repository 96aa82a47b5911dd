SELECT x.who FROM (SELECT useridentity.arn AS "who" FROM cloudtrail) x ORDER BY who
-- reads: cloudtrail
