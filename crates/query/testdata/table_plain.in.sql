SELECT * FROM cloudtrail LIMIT 10
