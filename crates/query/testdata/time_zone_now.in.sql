SELECT eventname FROM cloudtrail WHERE from_iso8601_timestamp(eventtime) >= (now() AT TIME ZONE 'Europe/Berlin') - interval '1' day
