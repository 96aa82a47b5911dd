SELECT CASE WHEN useridentity.type = 'Root' THEN 'root' WHEN useridentity.type IN ('IAMUser') THEN useridentity.username ELSE 'other' END AS who, CASE eventname WHEN 'a' THEN 1 END AS _col1 FROM cloudtrail
-- reads: cloudtrail
