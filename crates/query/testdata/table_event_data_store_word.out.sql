SELECT eventname FROM cloudtrail AS event_data_store_id
-- reads: cloudtrail
