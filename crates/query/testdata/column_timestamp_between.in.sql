SELECT timestamp FROM cloudtrail WHERE "timestamp" BETWEEN '2021/11/01' AND '2021-11-30' AND timestamp IN ('2021/11/05', '2021-11-06')
