SELECT 1 FROM cloudtrail WHERE date_parse(eventtime, '%Y-%m-%dT%H:%i:%sZ') > date_parse('2021-03-01', '%Y-%m-%d')
