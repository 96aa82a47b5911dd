SELECT eventid FROM cloudtrail WHERE ip_order(sourceipaddress) BETWEEN ip_order('10.0.0.0') AND ip_order('10.0.0.255')
-- reads: cloudtrail
