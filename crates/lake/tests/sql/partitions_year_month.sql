SELECT region, day, count(*) AS events
FROM cloudtrail
WHERE year = '2026' AND month = '03' AND day = '03'
GROUP BY region, day
ORDER BY region
