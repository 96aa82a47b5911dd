SELECT f.srcaddr, count(*) FROM vpcflow f JOIN cloudtrail c ON c.sourceipaddress = f.srcaddr GROUP BY f.srcaddr
-- reads: vpcflow, cloudtrail
