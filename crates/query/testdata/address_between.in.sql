SELECT eventid FROM cloudtrail WHERE TRY_CAST(sourceipaddress AS ipaddress) BETWEEN IPADDRESS '10.0.0.0' AND IPADDRESS '10.0.0.255'
