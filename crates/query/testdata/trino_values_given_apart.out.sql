SELECT count(*) AS _col0 FROM cloudtrail WHERE eventname <> 'ConsoleLogin' AND eventtime > '2000-01-01'
-- reads: cloudtrail
