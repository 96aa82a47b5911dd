SELECT eventid FROM cloudtrail WHERE CAST(sourceipaddress AS ipaddress) >= IPADDRESS '198.51.100.0' AND CAST(sourceipaddress AS ipaddress) < IPADDRESS '198.51.101.0'
