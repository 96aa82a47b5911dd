SELECT useridentity.arn, errorcode, count(*) AS errors
FROM cloudtrail
WHERE errorcode IS NOT NULL
GROUP BY useridentity.arn, errorcode
ORDER BY errors DESC, errorcode
LIMIT 10
