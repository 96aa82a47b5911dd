SELECT k, v FROM cloudtrail CROSS JOIN UNNEST(extra) AS t(k, v)
