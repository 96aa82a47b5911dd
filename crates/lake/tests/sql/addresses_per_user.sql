SELECT useridentity.username AS who, array_join(array_sort(array_agg(DISTINCT sourceipaddress)), ', ') AS addresses
FROM cloudtrail
WHERE useridentity.type = 'IAMUser'
GROUP BY useridentity.username
ORDER BY who
