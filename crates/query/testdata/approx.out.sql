SELECT approx_distinct(useridentity.arn) AS _col0, approx_distinct(eventname) AS _col1, approx_percentile_cont(cardinality(resources), 0.9) AS _col2, approx_percentile_cont_with_weight(1, 2, 0.5) AS _col3 FROM cloudtrail
-- reads: cloudtrail
