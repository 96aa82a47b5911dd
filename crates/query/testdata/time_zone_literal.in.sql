SELECT 1 FROM cloudtrail WHERE eventtime > TIMESTAMP '2021-03-01 00:00:00 +02:00' AND eventtime < TIMESTAMP '2021-03-02 00:00:00 America/New_York'
