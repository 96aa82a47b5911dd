SELECT eventname FROM cloudtrail WHERE readonly = 'true' EXCEPT SELECT eventname FROM cloudtrail INTERSECT SELECT eventname FROM cloudtrail_logs ORDER BY eventName LIMIT 5
