SELECT part FROM cloudtrail c CROSS JOIN UNNEST(resources) AS t(r) CROSS JOIN UNNEST(split(r.arn, ':')) AS u(part)
