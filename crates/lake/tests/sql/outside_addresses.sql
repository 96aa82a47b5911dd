SELECT DISTINCT sourceipaddress
FROM cloudtrail
WHERE contains('203.0.113.0/24', CAST(sourceipaddress AS IPADDRESS))
