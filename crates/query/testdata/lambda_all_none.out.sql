SELECT eventname FROM cloudtrail WHERE NOT any_match(resources, r -> NOT (r['type'] = 'AWS::S3::Bucket')) AND NOT any_match(resources, r -> r['accountid'] = '1')
-- reads: cloudtrail
