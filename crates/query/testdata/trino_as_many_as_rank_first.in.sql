SELECT awsregion, count(*) AS calls FROM cloudtrail GROUP BY awsregion ORDER BY calls DESC FETCH FIRST 1 ROW WITH TIES
