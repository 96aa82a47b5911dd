SELECT to_unixtime(eventtime), year(eventtime), hour(eventtime) FROM cloudtrail WHERE eventtime > from_unixtime(1614556800)
