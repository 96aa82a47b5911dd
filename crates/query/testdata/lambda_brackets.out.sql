SELECT array_filter(resources, (x) -> x['arn'] = 'a') AS _col0 FROM cloudtrail
-- reads: cloudtrail
