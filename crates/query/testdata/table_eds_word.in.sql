SELECT eventname FROM eds_id
