SELECT ARRAY['a', 'b'] AS _col0, contains(ARRAY['RunInstances'], eventname) AS _col1, contains(split(eventname, 'x'), 'y') AS _col2, row(1, 'a') AS _col3 FROM cloudtrail
-- reads: cloudtrail
