SELECT CAST(ROW(1, 'a') AS ROW(x bigint, y varchar)).y AS y, ROW(7, 'b')[1] AS one,
  reduce(ARRAY[5, 20, 50], CAST(ROW(0.0, 0) AS ROW(total double, n integer)),
    (s, x) -> CAST(ROW(x + s.total, s.n + 1) AS ROW(total double, n integer)), s -> s.total / s.n) AS mean

