SELECT reduce(ARRAY[1, 2], 0, (s, x) -> s + x, s -> s) FROM cloudtrail
-- reads: cloudtrail
