SELECT eventname FROM cloudtrail c WHERE NOT EXISTS (SELECT 1 FROM UNNEST(resources) AS t(r) WHERE r.arn = 'x')
