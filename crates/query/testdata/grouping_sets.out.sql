SELECT eventsource, eventname, count(*) FROM cloudtrail GROUP BY GROUPING SETS ((eventsource), (eventsource, eventname), ())
-- reads: cloudtrail
