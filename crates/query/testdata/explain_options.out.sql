EXPLAIN SELECT 1
-- reads: 
