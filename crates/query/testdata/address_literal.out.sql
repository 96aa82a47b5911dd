SELECT eventid FROM cloudtrail WHERE ip_order(sourceipaddress) >= ip_order('198.51.100.0') AND ip_order(sourceipaddress) < ip_order('198.51.101.0')
-- reads: cloudtrail
