SELECT cloudtrail.a AS a, cloudtrail.b AS b FROM (SELECT *, unnest(split(useragent, ' ')) AS a, unnest(resources) AS b FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
