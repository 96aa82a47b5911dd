SELECT eventname FROM cloudtrail WHERE year = '2021' AND month = '03' AND SUBSTR(day, 9, 2) IN ('01', '02') AND SUBSTR(day, 9, 2) BETWEEN '01' AND '09'
-- reads: cloudtrail
