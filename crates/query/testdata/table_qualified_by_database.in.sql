SELECT default.cloudtrail.eventname, default.cloudtrail.useridentity.arn FROM default.cloudtrail
