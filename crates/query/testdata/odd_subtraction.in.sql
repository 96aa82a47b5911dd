SELECT substring(eventname FROM 2 FOR 3), trim(both '-' FROM eventname), extract(year FROM from_iso8601_timestamp(eventtime)) FROM cloudtrail
