SELECT eventname, count(*) FROM cloudtrail GROUP BY ALL
