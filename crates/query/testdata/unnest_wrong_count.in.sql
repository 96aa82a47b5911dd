SELECT a FROM cloudtrail CROSS JOIN UNNEST(resources) AS t(a, b)
