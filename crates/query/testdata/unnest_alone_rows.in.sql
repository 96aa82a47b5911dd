SELECT service, port FROM UNNEST(ARRAY[ROW('ssh', 22), ROW('rdp', 3389)]) AS t(service, port)
