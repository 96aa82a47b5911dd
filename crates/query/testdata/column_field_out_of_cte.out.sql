WITH who AS (SELECT useridentity.arn AS arn, eventtime FROM cloudtrail) SELECT arn FROM who WHERE eventtime > '2021-03-01T00:00:00Z'
-- reads: cloudtrail
