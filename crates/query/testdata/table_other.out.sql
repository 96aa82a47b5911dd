SELECT f.srcaddr, count(*) AS _col1 FROM vpcflow f JOIN cloudtrail c ON c.sourceipaddress = f.srcaddr GROUP BY f.srcaddr
-- reads: vpcflow, cloudtrail
