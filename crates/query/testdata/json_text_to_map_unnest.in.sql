SELECT k, v FROM cloudtrail CROSS JOIN UNNEST(CAST(json_parse(requestparameters) AS map(varchar, json))) AS t(k, v)
