SELECT 1 FROM cloudtrail CROSS JOIN UNNEST(resources)
