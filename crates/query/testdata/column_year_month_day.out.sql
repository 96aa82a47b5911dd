SELECT eventname FROM cloudtrail WHERE year = '2021' AND month = '02' AND SUBSTR(day, 9, 2) = '01'
-- reads: cloudtrail
