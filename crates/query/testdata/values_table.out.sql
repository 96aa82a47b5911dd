SELECT t.name FROM (VALUES ('ConsoleLogin', 1), ('AssumeRole', 2)) AS t (name, n) JOIN cloudtrail c ON c.eventname = t.name
-- reads: cloudtrail
