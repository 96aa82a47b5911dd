SHOW TABLES
-- reads: 
