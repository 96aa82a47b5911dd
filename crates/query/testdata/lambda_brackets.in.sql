SELECT filter(resources, (x) -> x['arn'] = 'a') FROM cloudtrail
