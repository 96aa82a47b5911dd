SELECT eventname, useridentity.username AS username, sourceipaddress, eventtime, element_at(requestparameters, 'groupId') AS grp FROM cloudtrail WHERE eventname LIKE '%SecurityGroup%' AND requestparameters LIKE '%0.0.0.0/0%' ORDER BY eventtime ASC
-- reads: cloudtrail
