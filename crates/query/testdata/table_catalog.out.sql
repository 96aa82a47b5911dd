SELECT count(*) AS _col0 FROM cloudtrail AS cloudtrail_logs_aws_account_111122223333
-- reads: cloudtrail
