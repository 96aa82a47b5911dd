SELECT array_sort(ARRAY['bb', 'a'], (x, y) -> IF(length(x) < length(y), -1, IF(length(x) = length(y), 0, 1))) AS by_length
