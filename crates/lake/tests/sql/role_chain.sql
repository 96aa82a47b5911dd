WITH issued AS (
  SELECT useridentity.arn AS who, json_extract_scalar(responseelements, '$.credentials.accessKeyId') AS key
  FROM cloudtrail WHERE eventname = 'AssumeRole'
)
SELECT issued.who, c.eventname, c.eventtime
FROM issued JOIN cloudtrail c ON c.useridentity.accesskeyid = issued.key
ORDER BY c.eventtime
