SELECT eventtime, useridentity.username AS creator, element_at(requestparameters, 'userName') AS target FROM cloudtrail WHERE eventname = 'CreateAccessKey' AND eventtime > to_char(CAST(date_add('day', -30, current_timestamp) AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ') AND errorcode IS NULL
-- reads: cloudtrail
