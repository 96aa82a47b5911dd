SELECT eventname FROM cloudtrail WHERE eventtime > current_timestamp - interval '7' day AND eventtime <= current_timestamp - interval '1' hour
