SELECT CASE WHEN readonly = 'true' THEN 1 FROM cloudtrail
