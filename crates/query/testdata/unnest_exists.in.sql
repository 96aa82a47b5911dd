SELECT eventname FROM cloudtrail c WHERE EXISTS (SELECT 1 FROM UNNEST(c.resources) AS t(r) WHERE t.r.arn LIKE '%prod%' AND r.type IS NOT NULL)
