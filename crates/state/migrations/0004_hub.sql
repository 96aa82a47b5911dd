-- Findings as Security Hub knows them: those of our own rules, and those that others sent. What they are looked for by; the document
-- stands apart, so that looking is fast. Texts that are not there are empty, numbers and instants are the least there is.
CREATE TABLE hub_finding (
    number         INTEGER PRIMARY KEY,
    product        TEXT    NOT NULL,           -- ARN
    id             TEXT    NOT NULL,           -- the provider's
    finding        INTEGER UNIQUE REFERENCES finding (key),  -- where it is our own
    workflow       TEXT    NOT NULL CHECK (workflow IN ('NEW', 'NOTIFIED', 'SUPPRESSED', 'RESOLVED')),
    record_state   TEXT    NOT NULL,
    severity       INTEGER NOT NULL,           -- 0 to 100
    label          TEXT    NOT NULL,
    account        TEXT    NOT NULL,
    region         TEXT    NOT NULL,
    generator      TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    product_name   TEXT    NOT NULL,
    company        TEXT    NOT NULL,
    verification   TEXT    NOT NULL,
    compliance     TEXT    NOT NULL,
    confidence     INTEGER NOT NULL,
    criticality    INTEGER NOT NULL,
    created        INTEGER NOT NULL,           -- milliseconds since 1970 UTC
    updated        INTEGER NOT NULL,
    first_observed INTEGER NOT NULL,
    last_observed  INTEGER NOT NULL,
    triaged        TEXT    NOT NULL,           -- JSON: members that people have set
    suppression    TEXT,                       -- the one that gave it its workflow status
    UNIQUE (product, id)
) STRICT;
CREATE INDEX hub_finding_updated ON hub_finding (updated, number);
CREATE INDEX hub_finding_workflow ON hub_finding (workflow, updated, number);
CREATE INDEX hub_finding_label ON hub_finding (label, updated, number);
CREATE INDEX hub_finding_account ON hub_finding (account, updated, number);
CREATE INDEX hub_finding_generator ON hub_finding (generator, updated, number);
CREATE INDEX hub_finding_suppression ON hub_finding (suppression) WHERE suppression IS NOT NULL;

-- The ASFF document of each. A finding without one is of before these tables: it gets one when the file is opened.
CREATE TABLE hub_document (
    number   INTEGER PRIMARY KEY REFERENCES hub_finding (number),
    document TEXT    NOT NULL                  -- JSON
) STRICT;

-- Attributes of which a finding has several values.
CREATE TABLE hub_value (
    finding   INTEGER NOT NULL REFERENCES hub_finding (number),
    attribute INTEGER NOT NULL,                -- which, by its place in the list
    value     TEXT    NOT NULL,
    PRIMARY KEY (finding, attribute, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX hub_value_value ON hub_value (attribute, value, finding);

-- What became of findings: only ever added to.
CREATE TABLE hub_history (
    number   INTEGER PRIMARY KEY,
    finding  INTEGER NOT NULL REFERENCES hub_finding (number),
    at       INTEGER NOT NULL,                 -- milliseconds since 1970 UTC
    kind     TEXT    NOT NULL CHECK (kind IN ('BATCH_IMPORT_FINDINGS', 'BATCH_UPDATE_FINDINGS')),
    identity TEXT    NOT NULL,                 -- who it was
    is_new   INTEGER NOT NULL CHECK (is_new IN (0, 1)),
    updates  TEXT    NOT NULL,                 -- JSON: members, from what, to what
    status   TEXT    CHECK (status IN ('NEW', 'NOTIFIED', 'SUPPRESSED', 'RESOLVED')),  -- where something is said of it
    note     TEXT,
    epoch    INTEGER                           -- the epoch that made it; none where a person did
) STRICT;
CREATE INDEX hub_history_finding ON hub_history (finding, number);

-- Automation rules, insights, suppressions.
CREATE TABLE hub_thing (
    kind  TEXT NOT NULL CHECK (kind IN ('rule', 'insight', 'suppression')),
    name  TEXT NOT NULL,                       -- ARN or id
    value TEXT NOT NULL,                       -- JSON
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE hub_setting (
    name  TEXT NOT NULL PRIMARY KEY CHECK (name IN ('home', 'settings')),
    value TEXT NOT NULL                        -- JSON
) STRICT, WITHOUT ROWID;

INSERT INTO hub_finding (number, product, id, finding, workflow, record_state, severity, label, account, region, generator, title,
                         product_name, company, verification, compliance, confidence, criticality, created, updated, first_observed,
                         last_observed, triaged)
SELECT key, 'watchfire', id, key, status, 'ACTIVE', 0, '', '', '', rule, title, '', '', '', '', 0, 0, created, updated, first, last, '[]'
FROM finding;
INSERT INTO hub_history (number, finding, at, kind, identity, is_new, updates, status, note, epoch)
SELECT number, finding, at, iif(epoch IS NULL, 'BATCH_UPDATE_FINDINGS', 'BATCH_IMPORT_FINDINGS'), 'watchfire', 0, '[]', status, note, epoch
FROM status_change;
DROP TABLE status_change;
ALTER TABLE finding DROP COLUMN status;
