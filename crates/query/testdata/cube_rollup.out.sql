SELECT eventsource, awsregion, count(*) FROM cloudtrail GROUP BY CUBE (eventsource, awsregion) UNION ALL SELECT eventsource, awsregion, count(*) FROM cloudtrail GROUP BY ROLLUP (eventsource, awsregion)
-- reads: cloudtrail
