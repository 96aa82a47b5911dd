SELECT *, eventname AS eventname_2, useridentity.arn AS arn FROM cloudtrail
-- reads: cloudtrail
