SELECT t.t.c0 AS service, t.t.c1 AS port FROM (SELECT unnest(ARRAY[row('ssh', 22), row('rdp', 3389)]) AS t) AS t
-- reads: 
