SELECT transform(filter(resources, x -> x.type = 'a'), y -> y.arn) AS arns, cardinality(filter(resources, x -> x.arn IS NOT NULL)) FROM cloudtrail
