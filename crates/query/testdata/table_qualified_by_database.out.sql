SELECT cloudtrail.eventname, cloudtrail.useridentity.arn AS arn FROM cloudtrail
-- reads: cloudtrail
