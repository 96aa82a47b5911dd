SELECT "userIdentity"."sessionContext"."attributes"."mfaAuthenticated" FROM cloudtrail
