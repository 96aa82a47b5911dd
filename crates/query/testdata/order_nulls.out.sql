SELECT eventname, errorcode FROM cloudtrail ORDER BY errorcode DESC NULLS LAST, eventname ASC, eventtime DESC NULLS FIRST
-- reads: cloudtrail
