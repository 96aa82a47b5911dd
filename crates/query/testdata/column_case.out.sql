SELECT eventname, eventsource, "awsregion", sourceipaddress FROM cloudtrail
-- reads: cloudtrail
