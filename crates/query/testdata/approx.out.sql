SELECT approx_distinct(useridentity.arn), approx_distinct(eventname), approx_percentile_cont(cardinality(resources), 0.9), approx_percentile_cont_with_weight(1, 2, 0.5) FROM cloudtrail
-- reads: cloudtrail
