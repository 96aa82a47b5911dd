SELECT t.name FROM (VALUES ('ConsoleLogin', 1), ('AssumeRole', 2)) AS t(Name, n) JOIN cloudtrail c ON c.eventname = t.name
