SELECT eventname, r.arn FROM cloudtrail LEFT JOIN UNNEST(resources) AS t(r) ON TRUE
