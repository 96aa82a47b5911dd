SELECT who, region, first_seen FROM (
  SELECT useridentity.username AS who, awsregion AS region, min(eventtime) AS first_seen,
         row_number() OVER (PARTITION BY useridentity.username ORDER BY min(eventtime)) AS nth
  FROM cloudtrail WHERE useridentity.username IS NOT NULL
  GROUP BY useridentity.username, awsregion
) WHERE nth = 1 ORDER BY who
