SELECT approx_percentile(cardinality(resources), ARRAY[0.5, 0.9]) AS _col0 FROM cloudtrail
-- reads: cloudtrail
