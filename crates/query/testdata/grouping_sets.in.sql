SELECT eventsource, eventname, count(*) FROM cloudtrail GROUP BY GROUPING SETS ((eventSource), (eventSource, eventName), ())
