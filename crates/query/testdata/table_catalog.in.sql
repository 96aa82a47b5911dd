SELECT count(*) FROM awsdatacatalog.security.cloudtrail_logs_aws_account_111122223333
