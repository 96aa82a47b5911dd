SELECT count(DISTINCT to_json(make_array(to_json(eventsource), to_json(eventname)))) AS pairs FROM cloudtrail
-- reads: cloudtrail
