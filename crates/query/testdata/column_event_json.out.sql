SELECT event_json(c.eventname, c.extra) AS eventjson, json_extract_scalar(event_json(eventname, extra), '$.eventName') AS name FROM cloudtrail c
-- reads: cloudtrail
