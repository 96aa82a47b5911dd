WITH RECURSIVE days (n) AS (SELECT 1 AS _col0 UNION ALL SELECT n + 1 AS _col0 FROM days WHERE n < 7) SELECT sum(n) AS total FROM days
-- reads: 
