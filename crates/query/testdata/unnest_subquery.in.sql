SELECT t.a.arn FROM (SELECT resources FROM cloudtrail WHERE eventname = 'x') CROSS JOIN UNNEST(resources) AS t(a)
