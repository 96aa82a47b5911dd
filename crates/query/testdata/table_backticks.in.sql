SELECT `eventName` FROM `default`.`cloudtrail_logs`
