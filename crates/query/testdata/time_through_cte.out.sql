WITH t AS (SELECT eventtime AS at, from_iso8601_timestamp(eventtime) AS eventtime FROM cloudtrail) SELECT 1 AS _col0 FROM t WHERE at > '2021-03-01T00:00:00Z' AND eventtime > TIMESTAMP '2021-03-01 00:00:00'
-- reads: cloudtrail
