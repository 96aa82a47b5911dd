SELECT eventname FROM cloudtrail WHERE eventTime BETWEEN date_add('day', -7, now()) AND now()
