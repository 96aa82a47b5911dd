SELECT resources[1]['arn'] AS arn, resources[1]['accountid'] AS owner, element_at(resources, 1)['type'] AS type FROM cloudtrail
-- reads: cloudtrail
