SELECT row_cast(row(1, 'a'), 'row(x bigint, y varchar)')['y'] AS y, row(7, 'b')['c0'] AS one, reduce(ARRAY[5, 20, 50], row_cast(row(0.0, 0), 'row(total double, n integer)'), (s, x) -> row_cast(row(x + s['total'], s['n'] + 1), 'row(total double, n integer)'), s -> s['total'] / s['n']) AS mean
-- reads: 
