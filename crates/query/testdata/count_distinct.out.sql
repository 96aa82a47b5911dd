SELECT count(DISTINCT sourceipaddress) AS ips, count(*) FILTER (WHERE errorcode IS NOT NULL) AS errors, count_if(errorcode = 'AccessDenied') AS _col2 FROM cloudtrail
-- reads: cloudtrail
