SELECT cloudtrail.t.arn AS arn, cloudtrail.t.accountid AS owner, cloudtrail.t.arn AS arn_2, cloudtrail.t.accountid AS owner_2, cloudtrail.t.type AS kind FROM (SELECT *, unnest(resources) AS t FROM cloudtrail) AS cloudtrail WHERE cloudtrail.t.type = 'AWS::S3::Bucket'
-- reads: cloudtrail
