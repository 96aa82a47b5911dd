WITH RECURSIVE days (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM days WHERE n < 7) SELECT sum(n) AS total FROM days
-- reads: 
