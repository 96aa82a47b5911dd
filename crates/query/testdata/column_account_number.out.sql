SELECT eventname FROM cloudtrail WHERE recipientaccountid = '012345678901' AND account IN ('111122223333')
-- reads: cloudtrail
