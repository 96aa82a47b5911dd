SELECT eventname FROM cloudtrail WHERE useridentity.accesskeyid IN (SELECT useridentity.accesskeyid FROM cloudtrail WHERE eventname = 'GetCallerIdentity') AND eventname NOT IN ('A', 'B')
