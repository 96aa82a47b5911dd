-- What became of findings, and why: only ever added to. A finding's own row has the status it has now.
CREATE TABLE status_change (
    number  INTEGER PRIMARY KEY,
    finding INTEGER NOT NULL REFERENCES finding (key),
    at      INTEGER NOT NULL,                  -- milliseconds since 1970 UTC
    status  TEXT    NOT NULL CHECK (status IN ('NEW', 'NOTIFIED', 'SUPPRESSED', 'RESOLVED')),
    note    TEXT    NOT NULL,
    epoch   INTEGER                            -- the epoch that made it; none where a person did
) STRICT;
CREATE INDEX status_change_finding ON status_change (finding, number);
