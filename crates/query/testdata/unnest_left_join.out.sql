SELECT eventname, cloudtrail.r.arn AS arn FROM (SELECT *, unnest(CASE WHEN cardinality(resources) > 0 THEN resources ELSE ARRAY[NULL] END) AS r FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
