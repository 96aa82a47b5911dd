SELECT eventname eventsource awsregion FROM cloudtrail
