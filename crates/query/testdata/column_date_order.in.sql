SELECT date, count(*) AS n FROM cloudtrail GROUP BY date ORDER BY date DESC
