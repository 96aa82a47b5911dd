SELECT t.eventname FROM cloudtrail CROSS JOIN UNNEST(resources) AS t(eventname)
