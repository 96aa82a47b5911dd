SELECT SUBSTRING(eventname FROM 2 FOR 3), TRIM(BOTH '-' FROM eventname), EXTRACT(YEAR FROM from_iso8601_timestamp(eventtime)) FROM cloudtrail
-- reads: cloudtrail
