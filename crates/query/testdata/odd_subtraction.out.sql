SELECT SUBSTRING(eventname FROM 2 FOR 3) AS _col0, TRIM(BOTH '-' FROM eventname) AS _col1, EXTRACT(YEAR FROM from_iso8601_timestamp(eventtime)) AS _col2 FROM cloudtrail
-- reads: cloudtrail
