SELECT eventname FROM cloudtrail WHERE readOnly = true AND managementEvent = true AND readonly IN (false)
