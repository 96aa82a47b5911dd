SELECT u.name FROM cloudtrail c CROSS JOIN UNNEST(ARRAY[c.useridentity.username, c.useridentity.arn]) AS u(name)
