SELECT TRY(count_if(errorcode IS NOT NULL) / count_if(readonly = 'false')) AS share FROM cloudtrail
