SELECT arn, t.owner, t.* FROM cloudtrail CROSS JOIN UNNEST(resources) AS t(arn, owner, kind) WHERE kind = 'AWS::S3::Bucket'
