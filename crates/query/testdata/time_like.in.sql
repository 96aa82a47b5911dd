SELECT 1 FROM cloudtrail WHERE eventtime LIKE '2021-03-01%'
