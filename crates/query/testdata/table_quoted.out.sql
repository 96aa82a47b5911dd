SELECT "eventname" FROM cloudtrail AS cloudtrail_logs WHERE "eventsource" = 'iam.amazonaws.com'
-- reads: cloudtrail
