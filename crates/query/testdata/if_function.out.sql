SELECT CASE WHEN errorcode IS NULL THEN 'ok' ELSE 'failed' END AS outcome, CASE WHEN errorcode = 'AccessDenied' THEN 1 END, sum(CASE WHEN errorcode IS NULL THEN 0 ELSE 1 END) FROM cloudtrail GROUP BY 1, 2
-- reads: cloudtrail
