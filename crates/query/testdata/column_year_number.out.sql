SELECT eventname FROM cloudtrail WHERE year = '2021' AND month = '03' AND substr(day, 9, 2) IN ('01', '02') AND substr(day, 9, 2) BETWEEN '01' AND '09'
-- reads: cloudtrail
