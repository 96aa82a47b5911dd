SELECT 1 AS _col0 FROM cloudtrail WHERE (eventtime >= '2021-03-01T00:00:00Z' AND eventtime < '2021-03-02T00:00:00Z') OR eventtime >= '2021-03-02T00:00:00Z' OR eventtime < '2022-01-01T00:00:00Z' OR (eventtime >= '2021-03-01T00:00:00Z' AND eventtime < '2021-03-03T00:00:00Z') OR CAST(from_iso8601_timestamp(eventtime) AS DATE) >= current_date
-- reads: cloudtrail
