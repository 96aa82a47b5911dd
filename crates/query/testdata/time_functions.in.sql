SELECT date_trunc('hour', eventTime) AS hour, day_of_week(eventTime), extract(hour FROM eventTime), date_format(eventtime, '%Y-%m-%d') FROM cloudtrail GROUP BY 1
