WITH assumed AS (SELECT json_extract_scalar(responseelements, '$.credentials.accessKeyId') AS key, useridentity.arn AS source, eventtime FROM cloudtrail WHERE eventname = 'AssumeRole') SELECT a.source, c.eventname, c.eventtime FROM assumed a JOIN cloudtrail c ON c.useridentity.accesskeyid = a.key AND c.eventtime > a.eventtime ORDER BY c.eventtime
-- reads: cloudtrail
