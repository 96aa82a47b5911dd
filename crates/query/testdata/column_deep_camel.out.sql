SELECT useridentity.sessioncontext.sessionissuer.username AS username FROM cloudtrail
-- reads: cloudtrail
