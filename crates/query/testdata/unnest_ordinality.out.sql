SELECT cloudtrail.r.arn AS arn, cloudtrail.n AS n FROM (SELECT *, unnest(resources) AS r, unnest(range(1, CAST(cardinality(resources) AS BIGINT) + 1)) AS n FROM cloudtrail) AS cloudtrail WHERE cloudtrail.n = 1
-- reads: cloudtrail
