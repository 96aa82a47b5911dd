SELECT element_at(c.requestparameters, 'roleArn') AS _col0, element_at(element_at(c.responseelements, 'assumedRoleUser'), 'arn') AS arn FROM cloudtrail c GROUP BY element_at(c.requestparameters, 'roleArn'), 2
-- reads: cloudtrail
