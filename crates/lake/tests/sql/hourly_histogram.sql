SELECT date_trunc('hour', from_iso8601_timestamp(eventtime)) AS hour, count(*) AS events
FROM cloudtrail
GROUP BY 1
ORDER BY 1
