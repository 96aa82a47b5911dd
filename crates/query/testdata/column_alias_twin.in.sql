SELECT useridentity.username, eventname, json_extract_scalar(requestparameters, '$.userName') AS userName FROM cloudtrail
