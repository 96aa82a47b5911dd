SELECT ct.useridentity.sessioncontext.attributes.creationdate AS creationdate FROM cloudtrail ct
-- reads: cloudtrail
