SELECT map_concat(map(ARRAY['a'], ARRAY[1]), map(ARRAY['a', 'b'], ARRAY[2, 3])) AS joined,
  map_zip_with(map(ARRAY['a'], ARRAY[1]), map(ARRAY['b'], ARRAY[2]), (k, x, y) -> coalesce(x, 0) + coalesce(y, 0)) AS zipped,
  map_from_entries(ARRAY[('a', 1)]) AS made, regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || lower(x[2])) AS city

