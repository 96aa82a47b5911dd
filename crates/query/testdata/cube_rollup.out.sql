SELECT eventsource, awsregion, count(*) AS _col2 FROM cloudtrail GROUP BY CUBE (eventsource, awsregion) UNION ALL SELECT eventsource, awsregion, count(*) AS _col2 FROM cloudtrail GROUP BY ROLLUP (eventsource, awsregion)
-- reads: cloudtrail
