SELECT 1 FROM cloudtrail c JOIN cloudtrail d ON c.eventtime BETWEEN d.eventtime AND date_add('minute', 5, d.eventtime)
