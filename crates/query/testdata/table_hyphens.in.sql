SELECT eventname FROM my-event-data-store-id
