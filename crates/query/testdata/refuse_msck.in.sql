MSCK REPAIR TABLE cloudtrail_logs
