SELECT eventname FROM cloudtrail c WHERE coalesce(any_match(c.resources, r -> r['arn'] LIKE '%prod%' AND r['type'] IS NOT NULL), false)
-- reads: cloudtrail
