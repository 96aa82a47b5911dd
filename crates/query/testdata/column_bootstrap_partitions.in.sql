SELECT region_partition, count(*) AS calls FROM cloudtrail WHERE date_partition >= '2026/03/01' AND account_partition = '111122223333' GROUP BY region_partition
