SELECT zip_with(ARRAY[1, 2], ARRAY[10, 20], (x, y) -> x + y) AS sums
-- reads: 
