SELECT eventname FROM cloudtrail WHERE any_match(resources, r -> r.arn LIKE '%x%')
