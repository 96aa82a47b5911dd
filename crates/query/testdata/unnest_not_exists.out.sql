SELECT eventname FROM cloudtrail c WHERE NOT coalesce(any_match(resources, r -> r['arn'] = 'x'), false)
-- reads: cloudtrail
