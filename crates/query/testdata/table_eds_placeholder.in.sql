SELECT eventname FROM <event-data-store-ID> WHERE eventtime > '2022-01-01 00:00:00'
