SELECT eventname FROM ${EDS_ID}
