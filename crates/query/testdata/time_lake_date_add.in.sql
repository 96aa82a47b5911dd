SELECT eventname FROM $EDS_ID WHERE eventTime >= date_add('hour', -24, now())
