SELECT cloudtrail.t_eventname AS eventname FROM (SELECT *, unnest(resources) AS t_eventname FROM cloudtrail) AS cloudtrail
-- reads: cloudtrail
