SELECT r.type FROM cloudtrail, UNNEST(resources) AS t(r)
