EXPLAIN SELECT 1 AS _col0
-- reads: 
