SELECT eventname FROM cloudtrail WHERE readonly = 'true' EXCEPT SELECT eventname FROM cloudtrail INTERSECT SELECT eventname FROM cloudtrail AS cloudtrail_logs ORDER BY eventname LIMIT 5
-- reads: cloudtrail
