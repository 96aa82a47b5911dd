SELECT eventname FROM cloudtrail WHERE useridentity.accesskeyid IN (SELECT useridentity.accesskeyid AS accesskeyid FROM cloudtrail WHERE eventname = 'GetCallerIdentity') AND eventname NOT IN ('A', 'B')
-- reads: cloudtrail
