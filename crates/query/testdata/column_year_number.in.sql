SELECT eventname FROM cloudtrail WHERE year = 2021 AND month = 3 AND day IN (1, 2) AND day BETWEEN 1 AND 9
