SELECT array_transform(array_filter(resources, x -> x['type'] = 'a'), y -> y['arn']) AS arns, cardinality(array_filter(resources, x -> x['arn'] IS NOT NULL)) AS _col1 FROM cloudtrail
-- reads: cloudtrail
