SELECT 1 FROM cloudtrail WHERE '2021-03-01 00:00:00.5' > eventtime AND TIMESTAMP '2021-03-01 00:00:00.5' <= eventtime
