SELECT eventname FROM cloudtrail WHERE recipientAccountId = 012345678901 AND account IN (111122223333)
