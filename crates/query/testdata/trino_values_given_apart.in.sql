EXECUTE IMMEDIATE 'SELECT count(*) FROM cloudtrail WHERE eventname <> ? AND eventtime > ?' USING 'ConsoleLogin', '2000-01-01'
