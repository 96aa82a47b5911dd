SELECT 'default' AS database_name
-- reads: 
