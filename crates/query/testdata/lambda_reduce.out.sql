SELECT reduce(ARRAY[1, 2], 0, (s, x) -> s + x, s -> s) AS _col0 FROM cloudtrail
-- reads: cloudtrail
