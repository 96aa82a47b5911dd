-- How far the bus and those who follow were told of findings.
CREATE TABLE told (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    epoch INTEGER NOT NULL                     -- findings that changed with later epochs are still to be told of
) STRICT;
