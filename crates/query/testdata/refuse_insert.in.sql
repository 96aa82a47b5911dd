INSERT INTO cloudtrail SELECT * FROM cloudtrail
