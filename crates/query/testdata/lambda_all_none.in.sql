SELECT eventname FROM cloudtrail WHERE all_match(resources, r -> r.type = 'AWS::S3::Bucket') AND none_match(resources, R -> R.accountId = '1')
