SELECT array_agg(eventname ORDER BY eventtime DESC NULLS LAST) AS _col0, array_join(array_agg(DISTINCT eventname), ', ') AS _col1 FROM cloudtrail GROUP BY useridentity.arn
-- reads: cloudtrail
