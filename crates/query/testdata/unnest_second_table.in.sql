SELECT r.arn, f.action FROM vpcflow f JOIN cloudtrail c ON c.sourceipaddress = f.srcaddr CROSS JOIN UNNEST(c.resources) AS t(r)
