SELECT * FROM cloudtrail MATCH_RECOGNIZE (PARTITION BY awsregion ORDER BY eventtime)
