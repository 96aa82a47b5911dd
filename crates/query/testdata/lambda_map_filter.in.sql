SELECT map_filter(requestparameters, (name, value) -> name LIKE '%Name') AS names FROM cloudtrail
