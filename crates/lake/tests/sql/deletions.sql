SELECT eventname, useridentity.sessioncontext.sessionissuer.username AS role
FROM cloudtrail
WHERE eventname LIKE 'Delete%' OR regexp_like(eventname, '^(Terminate|Stop)')
ORDER BY eventtime
