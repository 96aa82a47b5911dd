SELECT useridentity.username AS username, eventname, json_extract_scalar(requestparameters, '$.userName') AS username_2 FROM cloudtrail
-- reads: cloudtrail
