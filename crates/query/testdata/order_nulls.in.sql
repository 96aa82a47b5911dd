SELECT eventname, errorcode FROM cloudtrail ORDER BY errorcode DESC, eventname ASC, eventtime DESC NULLS FIRST
