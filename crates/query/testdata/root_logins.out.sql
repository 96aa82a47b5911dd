SELECT eventtime, sourceipaddress, useridentity.arn AS arn, element_at(additionaleventdata, 'MFAUsed') AS mfa FROM cloudtrail AS cloudtrail_logs WHERE eventname = 'ConsoleLogin' AND useridentity.type = 'Root' AND element_at(responseelements, 'ConsoleLogin') = 'Success' ORDER BY eventtime DESC NULLS LAST
-- reads: cloudtrail
