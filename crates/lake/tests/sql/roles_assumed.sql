SELECT eventid, res.arn AS role, json_extract_scalar(responseelements, '$.credentials.accessKeyId') AS key
FROM cloudtrail, UNNEST(resources) AS t(res)
WHERE eventname = 'AssumeRole' AND res.type = 'AWS::IAM::Role'
