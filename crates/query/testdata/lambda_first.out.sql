SELECT element_at(array_filter(resources, x -> x['type'] = 'a'), 1)['arn'] AS arn FROM cloudtrail
-- reads: cloudtrail
