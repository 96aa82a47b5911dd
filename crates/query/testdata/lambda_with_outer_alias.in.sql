SELECT c.eventname FROM cloudtrail AS c WHERE any_match(c.resources, res -> regexp_like(res.arn, '^arn:aws:s3:::') AND res.accountid <> c.recipientaccountid)
