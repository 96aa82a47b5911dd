-- One row an epoch: what became true together.
CREATE TABLE epoch (
    id             INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL,           -- milliseconds since 1970 UTC
    digest         BLOB    NOT NULL,           -- of what it holds, to tell a repetition from another epoch of the same number
    objects        INTEGER NOT NULL,
    records        INTEGER NOT NULL,
    duplicates     INTEGER NOT NULL,
    out_of_scope   INTEGER NOT NULL,
    bytes_in       INTEGER NOT NULL,
    bytes_inflated INTEGER NOT NULL,
    rejects        INTEGER NOT NULL,
    findings       INTEGER NOT NULL
) STRICT;

-- Source objects that were read whole. Listings come sorted by name, and so does this table.
CREATE TABLE object (
    name        TEXT    NOT NULL PRIMARY KEY,
    size        INTEGER NOT NULL,
    fingerprint TEXT    NOT NULL,              -- etag, or time of change
    epoch       INTEGER NOT NULL,
    records     INTEGER NOT NULL,
    rejects     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The engines' state after the last epoch.
CREATE TABLE engine (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    epoch INTEGER NOT NULL,
    state BLOB    NOT NULL
) STRICT;

CREATE TABLE finding (
    key           INTEGER PRIMARY KEY,
    id            TEXT    NOT NULL UNIQUE,     -- hash of rule and about, in hex
    rule          TEXT    NOT NULL,
    about         TEXT,                        -- account and identity, or correlation key; none for those folded together
    status        TEXT    NOT NULL DEFAULT 'NEW' CHECK (status IN ('NEW', 'NOTIFIED', 'SUPPRESSED', 'RESOLVED')),
    severity      INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
    name          TEXT    NOT NULL,
    type          TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    words         TEXT    NOT NULL,            -- JSON: what else the rule says
    summary       TEXT    NOT NULL,
    next          TEXT    NOT NULL,            -- JSON: what to do, in the words of the same record as the summary
    summary_time  INTEGER NOT NULL,            -- the record that the summary speaks of
    summary_event TEXT    NOT NULL,
    summary_count INTEGER NOT NULL,
    first         INTEGER NOT NULL,
    last          INTEGER NOT NULL,
    count         INTEGER NOT NULL,            -- sum of occurrence.times, and omitted
    kept          INTEGER NOT NULL,            -- rows in occurrence
    omitted       INTEGER NOT NULL,            -- counted, but not kept
    epoch         INTEGER NOT NULL,            -- the last one that changed it
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_urgency ON finding (severity DESC, last DESC, key);

-- The earliest occurrences. A record with an id is one whatever source it was read from; records without one are told apart by
-- source, and as many of them as one object holds at one time are counted in `times`.
CREATE TABLE occurrence (
    finding          INTEGER NOT NULL REFERENCES finding (key),
    time             INTEGER NOT NULL,
    event_id         TEXT    NOT NULL,
    anonymous_source TEXT    NOT NULL,         -- the source where event_id is empty
    source           TEXT    NOT NULL,
    times            INTEGER NOT NULL CHECK (times > 0),
    PRIMARY KEY (finding, time, event_id, anonymous_source)
) STRICT, WITHOUT ROWID;

CREATE TABLE entity (
    finding INTEGER NOT NULL REFERENCES finding (key),
    kind    INTEGER NOT NULL,                  -- rank in the order of entity kinds
    id      TEXT    NOT NULL,
    PRIMARY KEY (finding, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_id ON entity (id);

-- The earliest records, whole.
CREATE TABLE evidence (
    finding  INTEGER NOT NULL REFERENCES finding (key),
    time     INTEGER NOT NULL,
    event_id TEXT    NOT NULL,
    record   TEXT    NOT NULL,
    matched  TEXT    NOT NULL,                 -- JSON
    PRIMARY KEY (finding, time, event_id)
) STRICT;

CREATE TABLE reject (
    epoch  INTEGER NOT NULL,
    reason TEXT    NOT NULL,
    source TEXT    NOT NULL,                   -- empty: sources beyond those told apart
    count  INTEGER NOT NULL,
    PRIMARY KEY (epoch, reason, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE reject_sample (
    epoch   INTEGER NOT NULL,
    reason  TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    offset  INTEGER NOT NULL,
    detail  TEXT    NOT NULL,
    excerpt BLOB    NOT NULL
) STRICT;
CREATE INDEX reject_sample_epoch ON reject_sample (epoch, reason);
