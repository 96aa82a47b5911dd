SELECT e.userIdentity.accountId AS "Account", count(DISTINCT e.sourceIPAddress) FROM cloudtrail_logs e GROUP BY e.userIdentity.accountId HAVING count(*) > 5 ORDER BY "Account"
