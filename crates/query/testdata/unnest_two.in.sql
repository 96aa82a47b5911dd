SELECT a, b FROM cloudtrail CROSS JOIN UNNEST(split(useragent, ' '), resources) AS t(a, b)
