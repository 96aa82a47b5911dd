SELECT resources[1]['arn'] AS arn, count(*) AS _col1 FROM cloudtrail GROUP BY resources[1]['arn'] ORDER BY 2 DESC NULLS LAST
-- reads: cloudtrail
