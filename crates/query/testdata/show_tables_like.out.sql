SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'cloud%' AND table_schema <> 'information_schema'
-- reads: 
