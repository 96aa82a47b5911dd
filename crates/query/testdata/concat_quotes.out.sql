SELECT 'it''s ' || eventname || " eventsource" AS _col0 FROM (SELECT eventname, eventsource AS " eventsource" FROM cloudtrail)
-- reads: cloudtrail
