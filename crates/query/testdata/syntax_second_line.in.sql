SELECT eventname,
       eventtime
FROM cloudtrail
WHERE eventname == = 'x'
