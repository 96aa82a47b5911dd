ALTER TABLE cloudtrail_logs ADD PARTITION (region='us-east-1')
