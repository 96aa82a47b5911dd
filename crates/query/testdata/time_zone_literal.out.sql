SELECT 1 AS _col0 FROM cloudtrail WHERE eventtime > '2021-02-28T22:00:00Z' AND from_iso8601_timestamp(eventtime) < TIMESTAMP '2021-03-02 00:00:00 America/New_York'
-- reads: cloudtrail
