SELECT eventName AS "Event Name", count(*) AS "Calls" FROM cloudtrail GROUP BY eventname ORDER BY calls DESC, "Event Name"
