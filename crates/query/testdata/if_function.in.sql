SELECT IF(errorcode IS NULL, 'ok', 'failed') AS outcome, if(errorcode = 'AccessDenied', 1), sum(IF(errorcode IS NULL, 0, 1)) FROM cloudtrail GROUP BY 1, 2
