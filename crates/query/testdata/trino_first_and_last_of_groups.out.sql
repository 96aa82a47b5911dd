SELECT slice(array_agg(eventname ORDER BY eventtime DESC NULLS LAST) FILTER (WHERE eventtime IS NOT NULL), 1, 2) AS last_two, slice(array_agg(eventname ORDER BY eventtime ASC NULLS LAST) FILTER (WHERE eventtime IS NOT NULL), 1, 1) AS first_one, slice(array_agg(eventtime ORDER BY eventtime DESC NULLS LAST) FILTER (WHERE eventtime IS NOT NULL), 1, 1) AS latest FROM cloudtrail
-- reads: cloudtrail
