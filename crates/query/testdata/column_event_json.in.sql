SELECT c.eventjson, json_extract_scalar(eventJson, '$.eventName') AS name FROM cloudtrail c
