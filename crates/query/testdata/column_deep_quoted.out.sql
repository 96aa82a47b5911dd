SELECT "useridentity".sessioncontext.attributes.mfaauthenticated AS mfaauthenticated FROM cloudtrail
-- reads: cloudtrail
