SELECT eventname, count(*) AS calls, min(eventtime) AS first_seen, max(eventtime) AS last_seen
FROM cloudtrail
WHERE useridentity.accesskeyid = 'AKIAALICE'
GROUP BY eventname
ORDER BY first_seen
