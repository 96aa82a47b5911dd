SELECT useridentity.arn, useridentity.sessioncontext.sessionissuer.arn, eventname, eventname, count(*), count(*) FROM cloudtrail GROUP BY 1, 2, 3
