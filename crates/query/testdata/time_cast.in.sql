SELECT CAST(eventtime AS timestamp) AS t, CAST(eventtime AS date) AS d, date(eventtime) FROM cloudtrail WHERE CAST(eventtime AS timestamp) > timestamp '2021-03-01 00:00:00'
