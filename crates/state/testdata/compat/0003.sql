PRAGMA foreign_keys = false;
PRAGMA application_id = 1464226644;
PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE engine (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    epoch INTEGER NOT NULL,
    state BLOB    NOT NULL
) STRICT;
INSERT INTO "engine" VALUES(1,2,X'010203');
CREATE TABLE entity (
    finding INTEGER NOT NULL REFERENCES finding (key),
    kind    INTEGER NOT NULL,                  -- rank in the order of entity kinds
    id      TEXT    NOT NULL,
    PRIMARY KEY (finding, kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "entity" VALUES(1,4,'111122223333');
INSERT INTO "entity" VALUES(1,3,'198.51.100.1');
INSERT INTO "entity" VALUES(1,3,'198.51.100.2');
INSERT INTO "entity" VALUES(1,3,'198.51.100.3');
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
INSERT INTO "epoch" VALUES(1,60000,X'90F06E6C259CAF33C8028E7D7F729105',1,0,0,0,0,0,0,1);
INSERT INTO "epoch" VALUES(2,120000,X'AF5570F5A1810B7AF78CAF4BC70A660F',0,0,0,0,0,0,1,0);
CREATE TABLE evidence (
    finding  INTEGER NOT NULL REFERENCES finding (key),
    time     INTEGER NOT NULL,
    event_id TEXT    NOT NULL,
    record   TEXT    NOT NULL,
    matched  TEXT    NOT NULL,                 -- JSON
    PRIMARY KEY (finding, time, event_id)
) STRICT;
INSERT INTO "evidence" VALUES(1,1,'1','{"eventID":"1"}','[{"field":"eventID","operator":"equals","expected":"*","actual":"1"}]');
INSERT INTO "evidence" VALUES(1,2,'2','{"eventID":"2"}','[{"field":"eventID","operator":"equals","expected":"*","actual":"2"}]');
INSERT INTO "evidence" VALUES(1,3,'','{"eventID":""}','[{"field":"eventID","operator":"equals","expected":"*","actual":""}]');
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
INSERT INTO "finding" VALUES(1,'0a0002248813634239628917312eae8f','r-id','alice','RESOLVED',3,'r','Stealth:IAMUser/CloudTrailLoggingDisabled','About r','{"tactics":["defense-evasion"],"techniques":["T1562.008"],"why":"It matters.","normal":"Never.","benign_causes":["A migration"]}','r first at 1970-01-01T00:00:00.001Z','["Ask who it was at 1970-01-01T00:00:00.001Z"]',1,'1',3,1,3,3,3,0,1,60000,60000);
CREATE TABLE home (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    place  TEXT NOT NULL,                      -- where it was last, for messages
    lake   TEXT NOT NULL,                      -- the table's own id, which stays when it is moved
    writer TEXT NOT NULL                       -- the name under which the table counts the epochs
) STRICT;
INSERT INTO "home" VALUES(1,'s3://b/lake','6f1c','w');
CREATE TABLE object (
    name        TEXT    NOT NULL PRIMARY KEY,
    size        INTEGER NOT NULL,
    fingerprint TEXT    NOT NULL,              -- etag, or time of change
    epoch       INTEGER NOT NULL,
    records     INTEGER NOT NULL,
    rejects     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "object" VALUES('object-1',100,'e',1,10,1);
CREATE TABLE occurrence (
    finding          INTEGER NOT NULL REFERENCES finding (key),
    time             INTEGER NOT NULL,
    event_id         TEXT    NOT NULL,
    anonymous_source TEXT    NOT NULL,         -- the source where event_id is empty
    source           TEXT    NOT NULL,
    times            INTEGER NOT NULL CHECK (times > 0),
    PRIMARY KEY (finding, time, event_id, anonymous_source)
) STRICT, WITHOUT ROWID;
INSERT INTO "occurrence" VALUES(1,1,'1','','a',1);
INSERT INTO "occurrence" VALUES(1,2,'2','','a',1);
INSERT INTO "occurrence" VALUES(1,3,'','b','b',1);
CREATE TABLE reject (
    epoch  INTEGER NOT NULL,
    reason TEXT    NOT NULL,
    source TEXT    NOT NULL,                   -- empty: sources beyond those told apart
    count  INTEGER NOT NULL,
    PRIMARY KEY (epoch, reason, source)
) STRICT, WITHOUT ROWID;
INSERT INTO "reject" VALUES(2,'broken_json','a',1);
CREATE TABLE reject_sample (
    epoch   INTEGER NOT NULL,
    reason  TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    offset  INTEGER NOT NULL,
    detail  TEXT    NOT NULL,
    excerpt BLOB    NOT NULL
) STRICT;
INSERT INTO "reject_sample" VALUES(2,'broken_json','a',7,'d',X'7B');
CREATE TABLE status_change (
    number  INTEGER PRIMARY KEY,
    finding INTEGER NOT NULL REFERENCES finding (key),
    at      INTEGER NOT NULL,                  -- milliseconds since 1970 UTC
    status  TEXT    NOT NULL CHECK (status IN ('NEW', 'NOTIFIED', 'SUPPRESSED', 'RESOLVED')),
    note    TEXT    NOT NULL,
    epoch   INTEGER                            -- the epoch that made it; none where a person did
) STRICT;
INSERT INTO "status_change" VALUES(1,1,130000,'RESOLVED','a drill',NULL);
CREATE INDEX finding_urgency ON finding (severity DESC, last DESC, key);
CREATE INDEX entity_id ON entity (id);
CREATE INDEX reject_sample_epoch ON reject_sample (epoch, reason);
CREATE INDEX status_change_finding ON status_change (finding, number);
COMMIT;
