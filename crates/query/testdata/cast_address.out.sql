SELECT sourceipaddress FROM cloudtrail WHERE ip_in_network('10.0.0.0/8', sourceipaddress) OR ip_in_network('2001:db8::/32', sourceipaddress)
-- reads: cloudtrail
