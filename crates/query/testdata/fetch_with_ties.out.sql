SELECT eventname FROM cloudtrail QUALIFY rank() OVER (ORDER BY eventname) <= 5 ORDER BY 1
-- reads: cloudtrail
