SHOW COLUMNS IN vpcflow
-- reads: vpcflow
