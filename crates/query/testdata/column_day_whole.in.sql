SELECT eventname FROM cloudtrail WHERE day >= '2021-03-01' AND day < '2021/03/05'
