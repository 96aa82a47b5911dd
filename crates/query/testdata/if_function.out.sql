SELECT CASE WHEN errorcode IS NULL THEN 'ok' ELSE 'failed' END AS outcome, CASE WHEN errorcode = 'AccessDenied' THEN 1 END AS _col1, sum(CASE WHEN errorcode IS NULL THEN 0 ELSE 1 END) AS _col2 FROM cloudtrail GROUP BY 1, 2
-- reads: cloudtrail
