SELECT eventid, name, value FROM cloudtrail CROSS JOIN UNNEST(requestparameters) AS t(name, value)
