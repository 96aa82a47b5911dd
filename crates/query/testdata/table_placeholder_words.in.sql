SELECT eventname FROM <event data store ID>;
