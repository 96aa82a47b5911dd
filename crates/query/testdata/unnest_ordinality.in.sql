SELECT r.arn, n FROM cloudtrail CROSS JOIN UNNEST(resources) WITH ORDINALITY AS t(r, n) WHERE n = 1
