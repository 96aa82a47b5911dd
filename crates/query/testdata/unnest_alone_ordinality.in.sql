SELECT step, place FROM UNNEST(ARRAY['in', 'up', 'out']) WITH ORDINALITY AS t(step, place)
