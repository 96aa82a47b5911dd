SELECT date_trunc('hour', from_iso8601_timestamp(eventtime)) AS hour, count(*) AS calls FROM cloudtrail AS cloudtrail_logs WHERE eventtime >= to_char(CAST(current_timestamp - INTERVAL '1' DAY AS TIMESTAMP) + INTERVAL '999999999 nanoseconds', '%Y-%m-%dT%H:%M:%SZ') GROUP BY 1 ORDER BY 1
-- reads: cloudtrail
