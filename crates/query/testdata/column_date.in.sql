SELECT date, count(*) FROM cloudtrail WHERE date = '2021/03/01' GROUP BY date
