SELECT c.name AS name FROM (SELECT *, unnest(ARRAY[c.useridentity.username, c.useridentity.arn]) AS name FROM cloudtrail c) AS c
-- reads: cloudtrail
