SELECT resources[1].arn, count(*) FROM cloudtrail GROUP BY resources[1].arn ORDER BY 2 DESC
