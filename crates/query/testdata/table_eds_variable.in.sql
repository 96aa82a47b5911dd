SELECT eventname FROM $EDS_ID WHERE readonly = 'true'
