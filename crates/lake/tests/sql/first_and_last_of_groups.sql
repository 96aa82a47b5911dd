SELECT max_by(eventname, eventtime, 2) AS last_two, min_by(eventname, eventtime, 1) AS first_one, max(eventtime, 1) AS latest
FROM cloudtrail
