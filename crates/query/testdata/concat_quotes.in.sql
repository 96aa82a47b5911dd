SELECT 'it''s ' || eventName || " eventsource" FROM (SELECT eventname, eventsource AS " EventSource" FROM cloudtrail)
