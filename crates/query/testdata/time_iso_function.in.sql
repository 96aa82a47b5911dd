SELECT eventname FROM cloudtrail WHERE eventtime > from_iso8601_timestamp('2021-03-01T00:00:00Z')
