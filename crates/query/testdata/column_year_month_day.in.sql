SELECT eventname FROM cloudtrail WHERE year = '2021' AND month = '2' AND day = '01'
