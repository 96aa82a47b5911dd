-- What the events API keeps: buses, rules with their targets, archives, replays, connections with their secrets, API destinations.
CREATE TABLE bus_thing (
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,                       -- JSON: the change that made it what it is
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- Events on their way to targets. The order of numbers is the order in which they were written down.
CREATE TABLE delivery (
    number    INTEGER PRIMARY KEY,
    id        TEXT    NOT NULL UNIQUE,
    stage     INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 2),  -- due, delivered, dead
    at        INTEGER NOT NULL,                -- when it is due, was delivered, was given up; milliseconds since 1970 UTC
    target    TEXT    NOT NULL,
    rule_arn  TEXT    NOT NULL,
    rule_name TEXT    NOT NULL,
    event_id  TEXT    NOT NULL,
    event     TEXT    NOT NULL,                -- JSON: the envelope
    rest      TEXT    NOT NULL                 -- JSON: everything else of the delivery
) STRICT;
CREATE INDEX delivery_stage ON delivery (stage, target, at);
CREATE INDEX delivery_event ON delivery (event_id);

-- Events that archives keep.
CREATE TABLE archived (
    archive TEXT    NOT NULL,
    time    INTEGER NOT NULL,                  -- the event's own
    id      TEXT    NOT NULL,
    at      INTEGER NOT NULL,                  -- when it was taken in
    event   TEXT    NOT NULL,
    UNIQUE (archive, time, id)
) STRICT;
CREATE INDEX archived_at ON archived (archive, at);

-- How much they hold, counted along.
CREATE TABLE archive_weight (
    archive TEXT    NOT NULL PRIMARY KEY,
    events  INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Until when schedules have run.
CREATE TABLE bus_schedule (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    until INTEGER NOT NULL
) STRICT;
