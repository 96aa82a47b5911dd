SELECT eventname FROM cloudtrail_logs WHERE eventtime > to_iso8601(current_timestamp - interval '1' hour)
