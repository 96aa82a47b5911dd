SELECT accountid, region FROM "amazon_security_lake_glue_db_eu_west_1"."amazon_security_lake_table_eu_west_1_cloud_trail_mgmt_2_0" WHERE region = 'eu-west-1'
