SELECT eventname FROM $EDS_ID WHERE eventTime > '2021-03-01 00:00:00' AND eventTime < '2021-03-02 00:00:00.000'
