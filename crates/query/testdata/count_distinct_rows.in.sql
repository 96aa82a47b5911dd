SELECT count(DISTINCT (eventsource, eventname)) AS pairs FROM cloudtrail
