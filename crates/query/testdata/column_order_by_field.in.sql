SELECT DISTINCT userIdentity.userName FROM cloudtrail ORDER BY userIdentity.userName DESC
