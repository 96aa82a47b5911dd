SELECT map_keys(requestparameters) AS names FROM cloudtrail
