SELECT interval '3' day * 2, timestamp '2026-03-04 15:06' - timestamp '2026-03-03 14:06:07', date '2026-03-04' - date '2026-03-01',
  interval '1-2' year to month, date '2026-03-04' - date '2026-03-01' > interval '2' day, extract(dow FROM date '2026-03-01')

