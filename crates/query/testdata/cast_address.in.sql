SELECT sourceipaddress FROM cloudtrail WHERE contains('10.0.0.0/8', CAST(sourceipaddress AS ipaddress)) OR contains('2001:db8::/32', TRY(CAST(sourceipaddress AS IPADDRESS)))
