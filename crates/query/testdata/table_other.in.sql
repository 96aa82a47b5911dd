SELECT f.srcaddr, count(*) FROM vpcflow f JOIN cloudtrail_logs c ON c.sourceipaddress = f.srcaddr GROUP BY f.srcaddr
