SELECT (count_if(errorcode IS NOT NULL) / nullif(count_if(readonly = 'false'), 0)) AS share FROM cloudtrail
-- reads: cloudtrail
