SELECT useridentity.sessioncontext.sessionissuer.username AS who FROM cloudtrail
-- reads: cloudtrail
