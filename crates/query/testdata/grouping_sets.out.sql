SELECT eventsource, eventname, count(*) AS _col2 FROM cloudtrail GROUP BY GROUPING SETS ((eventsource), (eventsource, eventname), ())
-- reads: cloudtrail
