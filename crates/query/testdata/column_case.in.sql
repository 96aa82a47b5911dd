SELECT eventName, EVENTSOURCE, "awsRegion", sourceIPAddress FROM cloudtrail
