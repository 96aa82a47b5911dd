SELECT c.r.arn AS arn, f.action FROM vpcflow f JOIN (SELECT *, unnest(c.resources) AS r FROM cloudtrail c) AS c ON c.sourceipaddress = f.srcaddr
-- reads: vpcflow, cloudtrail
