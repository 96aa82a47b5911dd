SELECT accountid, region FROM cloud_trail_mgmt_2_0 AS amazon_security_lake_table_eu_west_1_cloud_trail_mgmt_2_0 WHERE region = 'eu-west-1'
-- reads: cloud_trail_mgmt_2_0
