SELECT eventname AS "Event Name", count(*) AS "Calls" FROM cloudtrail GROUP BY eventname ORDER BY "Calls" DESC NULLS LAST, "Event Name"
-- reads: cloudtrail
