SELECT eventname FROM cloudtrail WHERE from_iso8601_timestamp(eventtime) > date_add('day', -7, now())
