SELECT *, eventname, useridentity.arn FROM cloudtrail
