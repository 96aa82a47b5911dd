-- who logged in?
SELECT /* only the name */ eventname -- the call
FROM cloudtrail_logs -- everything
WHERE eventname = 'ConsoleLogin' /* ; */;
-- done
