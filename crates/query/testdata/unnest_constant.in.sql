SELECT name FROM UNNEST(ARRAY['a', 'b']) AS t(name)
