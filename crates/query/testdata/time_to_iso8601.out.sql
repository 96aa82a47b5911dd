SELECT eventname FROM cloudtrail AS cloudtrail_logs WHERE eventtime > to_iso8601(current_timestamp - INTERVAL '1' HOUR)
-- reads: cloudtrail
