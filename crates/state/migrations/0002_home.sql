-- The table that the epochs belong to; no row before the first ingest that knows of it.
CREATE TABLE home (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    place  TEXT NOT NULL,                      -- where it was last, for messages
    lake   TEXT NOT NULL,                      -- the table's own id, which stays when it is moved
    writer TEXT NOT NULL                       -- the name under which the table counts the epochs
) STRICT;
