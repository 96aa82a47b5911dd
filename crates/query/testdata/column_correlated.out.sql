SELECT c.eventname FROM cloudtrail c WHERE EXISTS (SELECT 1 AS _col0 FROM cloudtrail d WHERE d.eventname = 'ConsoleLogin' AND d.useridentity.arn = c.useridentity['arn'])
-- reads: cloudtrail
