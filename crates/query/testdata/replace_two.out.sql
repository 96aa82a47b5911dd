SELECT replace(eventsource, '.amazonaws.com', '') AS service FROM cloudtrail
-- reads: cloudtrail
