SELECT ct.userIdentity.sessionContext.attributes.creationDate FROM cloudtrail_logs ct
