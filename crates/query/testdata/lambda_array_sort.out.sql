SELECT array_sort_by(ARRAY['bb', 'a'], (x, y) -> CASE WHEN length(x) < length(y) THEN -1 ELSE CASE WHEN length(x) = length(y) THEN 0 ELSE 1 END END) AS by_length
-- reads: 
