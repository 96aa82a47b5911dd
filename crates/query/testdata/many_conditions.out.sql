SELECT eventname FROM cloudtrail WHERE (eventname = 'a' OR eventname = 'b' OR eventname = 'c' OR eventname = 'd') AND errorcode IS NULL AND readonly = 'false' AND awsregion = 'x' AND NOT eventname LIKE 'Get%'
-- reads: cloudtrail
