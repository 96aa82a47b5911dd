SELECT eventname FROM cloudtrail WHERE eventtime >= current_date - interval '30' day
