SELECT day AS "date", count(*) FROM cloudtrail WHERE day = '2021-03-01' GROUP BY day
-- reads: cloudtrail
