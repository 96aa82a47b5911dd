SELECT eventname FROM cloudtrail WHERE cardinality(resources) > 0
-- reads: cloudtrail
