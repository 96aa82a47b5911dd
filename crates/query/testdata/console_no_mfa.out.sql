SELECT useridentity.username AS username, sourceipaddress, eventtime FROM cloudtrail AS cloudtrail_logs WHERE eventname = 'ConsoleLogin' AND json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'No' AND useridentity.sessioncontext.attributes.mfaauthenticated = 'false' AND eventtime BETWEEN '2021-03-01T00:00:00Z' AND '2021-03-31T23:59:59Z'
-- reads: cloudtrail
