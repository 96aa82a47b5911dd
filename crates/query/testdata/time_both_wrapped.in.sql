SELECT eventname FROM cloudtrail WHERE from_iso8601_timestamp(eventtime) BETWEEN timestamp '2021-03-01 00:00:00' AND timestamp '2021-03-02 00:00:00'
