SELECT array_filter(resources, (x) -> x['arn'] = 'a') FROM cloudtrail
-- reads: cloudtrail
