SELECT useridentity.arn AS arn, useridentity.sessioncontext.sessionissuer.arn AS arn_2, eventname, eventname AS eventname_2, count(*) AS _col4, count(*) AS _col5 FROM cloudtrail GROUP BY 1, 2, 3
-- reads: cloudtrail
