SELECT e.useridentity.accountid AS "Account", count(DISTINCT e.sourceipaddress) AS _col1 FROM cloudtrail e GROUP BY e.useridentity.accountid HAVING count(*) > 5 ORDER BY "Account"
-- reads: cloudtrail
