SELECT useridentity.username, sourceipaddress, count(*) AS attempts
FROM default.cloudtrail_logs
WHERE eventname = 'ConsoleLogin' AND responseelements LIKE '%"Failure"%'
GROUP BY useridentity.username, sourceipaddress
ORDER BY attempts DESC
