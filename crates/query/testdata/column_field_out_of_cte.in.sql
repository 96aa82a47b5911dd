WITH who AS (SELECT useridentity.arn, eventtime FROM cloudtrail) SELECT arn FROM who WHERE eventtime > '2021-03-01 00:00:00'
