SELECT resources[1].arn, resources[1].accountId AS owner, element_at(resources, 1).type FROM cloudtrail
