SELECT CASE WHEN useridentity.type = 'Root' THEN 'root' WHEN userIdentity.type IN ('IAMUser') THEN userIdentity.userName ELSE 'other' END AS who, CASE eventname WHEN 'a' THEN 1 END FROM cloudtrail
