SELECT approx_distinct(useridentity.arn), approx_distinct(eventname, 0.01), approx_percentile(cardinality(resources), 0.9), approx_percentile(1, 2, 0.5) FROM cloudtrail
