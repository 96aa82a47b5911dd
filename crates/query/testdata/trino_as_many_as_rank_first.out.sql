SELECT awsregion, count(*) AS calls FROM cloudtrail GROUP BY awsregion QUALIFY rank() OVER (ORDER BY count(*) DESC NULLS LAST) <= 1 ORDER BY calls DESC NULLS LAST
-- reads: cloudtrail
