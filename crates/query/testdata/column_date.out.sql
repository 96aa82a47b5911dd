SELECT day AS "date", count(*) AS _col1 FROM cloudtrail WHERE day = '2021-03-01' GROUP BY day
-- reads: cloudtrail
