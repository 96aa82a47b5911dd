SELECT region AS region_partition, count(*) AS calls FROM cloudtrail WHERE "timestamp" >= '2026/03/01' AND account = '111122223333' GROUP BY region
-- reads: cloudtrail
