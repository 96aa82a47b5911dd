SELECT element_at(filter(resources, x -> x.type = 'a'), 1).arn FROM cloudtrail
