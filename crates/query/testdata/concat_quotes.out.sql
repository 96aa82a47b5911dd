SELECT 'it''s ' || eventname || " eventsource" FROM (SELECT eventname, eventsource AS " eventsource" FROM cloudtrail)
-- reads: cloudtrail
