SELECT a.arn AS arn FROM (SELECT *, unnest(resources) AS a FROM (SELECT resources FROM cloudtrail WHERE eventname = 'x'))
-- reads: cloudtrail
