SELECT useridentity.arn AS arn, useridentity.sessioncontext.sessionissuer.arn AS arn_2, eventname, eventname AS eventname_2, count(*), count(*) AS expr_6 FROM cloudtrail GROUP BY 1, 2, 3
-- reads: cloudtrail
