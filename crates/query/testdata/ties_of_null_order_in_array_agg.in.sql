SELECT array_agg(eventname ORDER BY eventtime DESC), array_join(array_agg(DISTINCT eventname), ', ') FROM cloudtrail GROUP BY useridentity.arn
