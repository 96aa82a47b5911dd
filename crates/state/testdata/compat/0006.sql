PRAGMA foreign_keys = false;
PRAGMA application_id = 1464226644;
PRAGMA user_version = 6;
BEGIN TRANSACTION;
CREATE TABLE access_key (
    id        TEXT    NOT NULL PRIMARY KEY,
    owner     INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    label     TEXT    NOT NULL,
    role      TEXT    NOT NULL CHECK (role IN ('viewer', 'analyst', 'responder', 'admin')),
    sealed    BLOB    NOT NULL,                -- the secret, encrypted with the key file beside this one
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created   INTEGER NOT NULL,
    used      INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "access_key" VALUES('AKWFAYDAMBQGAYDAMBQG',2,'boto3','analyst',X'019C5E0A8006060606060606060606060606060606060606060606060682363B75733BBA2246477C02CF351C04DD4A810D04AF11B53DBDEA7A35C7BBEBA8A0AB0C4FAFC3E529EBD73D13368916729831B0EB97E035',1,1772442847000,NULL);
CREATE TABLE api_token (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    digest  BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),       -- SHA-256 of its text
    owner   INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    label   TEXT    NOT NULL,
    role    TEXT    NOT NULL CHECK (role IN ('viewer', 'analyst', 'responder', 'admin')),
    scopes  TEXT    NOT NULL,                  -- permissions with spaces between them; * for all that the role may
    created INTEGER NOT NULL,
    expires INTEGER,
    used    INTEGER
) STRICT;
INSERT INTO "api_token" VALUES(1,X'88F2F05044ACE645E6AC504618985B6CACF450A204B283FCDE86CDD24223E0D3',1,'script','admin','*',1772442847000,NULL,NULL);
INSERT INTO "api_token" VALUES(2,X'6367F607BEDD0B3F509B24F8E02BC7D8D6D610039343CDDE39C29DC966CB8524',2,'script','analyst','logs:push',1772442847000,1772446447000,NULL);
CREATE TABLE archive_weight (
    archive TEXT    NOT NULL PRIMARY KEY,
    events  INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "archive_weight" VALUES('all',1,160);
CREATE TABLE archived (
    archive TEXT    NOT NULL,
    time    INTEGER NOT NULL,                  -- the event's own
    id      TEXT    NOT NULL,
    at      INTEGER NOT NULL,                  -- when it was taken in
    event   TEXT    NOT NULL,
    UNIQUE (archive, time, id)
) STRICT;
INSERT INTO "archived" VALUES('all',1772442847000,'e-1',1772442847000,'{"version":"0","id":"e-1","detail-type":"t","source":"s","account":"000000000000","time":"2026-03-02T09:14:07Z","region":"us-east-1","resources":[],"detail":{}}');
CREATE TABLE audit (
    number   INTEGER PRIMARY KEY,              -- from 1, without gaps
    at       INTEGER NOT NULL,
    actor    TEXT    NOT NULL,
    address  TEXT    NOT NULL,
    action   TEXT    NOT NULL,
    object   TEXT    NOT NULL,
    outcome  TEXT    NOT NULL,
    details  TEXT    NOT NULL,                 -- a JSON object, hashed as it stands
    previous BLOB    NOT NULL,
    hash     BLOB    NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1772442847000,'test','','setup.begin','','done','{}',X'0000000000000000000000000000000000000000000000000000000000000000',X'D649CEF08328094CE7941DE0346B64D71732879A4B7187B173674758270B92EE');
INSERT INTO "audit" VALUES(2,1772442847000,'test','','setup.finish','','done','{}',X'D649CEF08328094CE7941DE0346B64D71732879A4B7187B173674758270B92EE',X'2550D5257828E76A1D669941A032F077678CFD75260E7FBA56004719CDD61FDE');
INSERT INTO "audit" VALUES(3,1772442847000,'test','','user.add','','done','{}',X'2550D5257828E76A1D669941A032F077678CFD75260E7FBA56004719CDD61FDE',X'FAF146D018E8AD4BB26BC97178735E6A4E0D4BDA08AB71996840F4B7659CF4E9');
INSERT INTO "audit" VALUES(4,1772442847000,'test','','user.add','','done','{}',X'FAF146D018E8AD4BB26BC97178735E6A4E0D4BDA08AB71996840F4B7659CF4E9',X'71154FEB9A943190C3DBA654860C6016F87906CF6B6BB6EA170202000257954E');
INSERT INTO "audit" VALUES(5,1772442847000,'test','','user.change','','done','{}',X'71154FEB9A943190C3DBA654860C6016F87906CF6B6BB6EA170202000257954E',X'C91AA91CD32AAC2AFCDB7D062FC1491732D43DBACFDAEA1E91718BE4BBB17A70');
INSERT INTO "audit" VALUES(6,1772442847000,'test','','session.open','','done','{}',X'C91AA91CD32AAC2AFCDB7D062FC1491732D43DBACFDAEA1E91718BE4BBB17A70',X'79387C26C36DF8CB1CE447E54FB4A09D791DA525CF1BFA9E3006542534CF6786');
INSERT INTO "audit" VALUES(7,1772442847000,'test','','token.add','','done','{}',X'79387C26C36DF8CB1CE447E54FB4A09D791DA525CF1BFA9E3006542534CF6786',X'C5377CF169D0AD71011E9A36575199685D53D106B6C4F0FAC121190AB119E46A');
INSERT INTO "audit" VALUES(8,1772442847000,'test','','token.add','','done','{}',X'C5377CF169D0AD71011E9A36575199685D53D106B6C4F0FAC121190AB119E46A',X'DA378A871E075905EF6E92842B80A428BF162CD0C61AD82A2BE208BBEFB159B0');
INSERT INTO "audit" VALUES(9,1772442847000,'test','','key.add','','done','{}',X'DA378A871E075905EF6E92842B80A428BF162CD0C61AD82A2BE208BBEFB159B0',X'8934ABB37477B9DB7291A360F1341937DD91B74CDBFBFD2BFB3AD92E71BF0009');
INSERT INTO "audit" VALUES(10,1772443087000,'mallory','192.0.2.1','session.open','root','refused','{"why":"ünknown"}',X'8934ABB37477B9DB7291A360F1341937DD91B74CDBFBFD2BFB3AD92E71BF0009',X'C264F62B378D2C3E331BB09CAF0C70344728413635100C6CA1CF65A6E48DFDE9');
CREATE TABLE audit_head (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    hash   BLOB    NOT NULL
) STRICT;
INSERT INTO "audit_head" VALUES(1,10,X'C264F62B378D2C3E331BB09CAF0C70344728413635100C6CA1CF65A6E48DFDE9');
CREATE TABLE bus_schedule (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    until INTEGER NOT NULL
) STRICT;
CREATE TABLE bus_thing (
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,                       -- JSON: the change that made it what it is
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "bus_thing" VALUES('rule','default/all','{"kind":"rule","bus":"default","name":"all","now":{"event_pattern":"{\"source\":[\"aws.cloudtrail\"]}","schedule_expression":null,"state":"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS","description":null,"role_arn":null,"since":1795554039.394,"tags":{},"targets":[{"Id":"1","Arn":"arn:aws:watchfire:us-east-1:000000000000:target/file"}]}}');
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
INSERT INTO "delivery" VALUES(1,'5c762517-c2d1-4f0d-87d4-8f09908cf526',1,1795554045582,'arn:aws:watchfire:us-east-1:000000000000:target/file','arn:aws:events:us-east-1:000000000000:rule/all','all','8a37f9a2-50e4-4e8e-8c57-a9af0a2182b2','{"version":"0","id":"8a37f9a2-50e4-4e8e-8c57-a9af0a2182b2","detail-type":"AWS API Call via CloudTrail","source":"aws.cloudtrail","account":"111122223333","time":"2026-03-02T09:14:07Z","region":"eu-west-1","resources":[],"detail":{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","principalId":"AIDA","arn":"arn:aws:iam::111122223333:user/mallory","accountId":"111122223333","userName":"mallory"},"eventTime":"2026-03-02T09:14:07Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli","requestParameters":{"name":"t"},"eventID":"x-1","eventType":"AwsApiCall","recipientAccountId":"111122223333","eventCategory":"Management"}}','{"id":"5c762517-c2d1-4f0d-87d4-8f09908cf526","event_id":"8a37f9a2-50e4-4e8e-8c57-a9af0a2182b2","event":"","rule_arn":"arn:aws:events:us-east-1:000000000000:rule/all","rule_name":"all","target":{"Id":"1","Arn":"arn:aws:watchfire:us-east-1:000000000000:target/file"},"parcel":"event","hops":0,"since":1795554045.554,"attempts":1,"failure":null,"stage":{"stage":"delivered","at":1795554045.582}}');
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
INSERT INTO "finding" VALUES(1,'0a0002248813634239628917312eae8f','r-id','alice',3,'r','Stealth:IAMUser/CloudTrailLoggingDisabled','About r','{"tactics":["defense-evasion"],"techniques":["T1562.008"],"why":"It matters.","normal":"Never.","benign_causes":["A migration"]}','r first at 1970-01-01T00:00:00.001Z','["Ask who it was at 1970-01-01T00:00:00.001Z"]',1,'1',3,1,3,3,3,0,1,60000,60000);
CREATE TABLE home (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    place  TEXT NOT NULL,                      -- where it was last, for messages
    lake   TEXT NOT NULL,                      -- the table's own id, which stays when it is moved
    writer TEXT NOT NULL                       -- the name under which the table counts the epochs
) STRICT;
INSERT INTO "home" VALUES(1,'s3://b/lake','6f1c','w');
CREATE TABLE hub_document (
    number   INTEGER PRIMARY KEY REFERENCES hub_finding (number),
    document TEXT    NOT NULL                  -- JSON
) STRICT;
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
INSERT INTO "hub_finding" VALUES(1,'watchfire','0a0002248813634239628917312eae8f',1,'RESOLVED','ACTIVE',0,'','','','r-id','About r','','','','',0,0,60000,60000,1,3,'[]',NULL);
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
INSERT INTO "hub_history" VALUES(1,1,130000,'BATCH_UPDATE_FINDINGS','watchfire',0,'[]','RESOLVED','a drill',NULL);
CREATE TABLE hub_setting (
    name  TEXT NOT NULL PRIMARY KEY CHECK (name IN ('home', 'settings')),
    value TEXT NOT NULL                        -- JSON
) STRICT, WITHOUT ROWID;
CREATE TABLE hub_thing (
    kind  TEXT NOT NULL CHECK (kind IN ('rule', 'insight', 'suppression')),
    name  TEXT NOT NULL,                       -- ARN or id
    value TEXT NOT NULL,                       -- JSON
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE hub_value (
    finding   INTEGER NOT NULL REFERENCES hub_finding (number),
    attribute INTEGER NOT NULL,                -- which, by its place in the list
    value     TEXT    NOT NULL,
    PRIMARY KEY (finding, attribute, value)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE session (
    digest  BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),  -- SHA-256 of the cookie's value
    user    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    opened  INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    address TEXT    NOT NULL,                  -- empty where it is not known
    agent   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "session" VALUES(X'DAC2DF66E80FC400F5BEDC1DE383774C80861337842FBD679BBC8024CEF82966',1,1772443027000,1772443027000,'2001:db8::1','a browser');
CREATE TABLE setup (
    only    INTEGER PRIMARY KEY CHECK (only = 1),
    digest  BLOB    NOT NULL CHECK (length(digest) = 32),
    created INTEGER NOT NULL
) STRICT;
CREATE TABLE user (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    name      TEXT    NOT NULL UNIQUE,         -- in small letters
    role      TEXT    NOT NULL CHECK (role IN ('viewer', 'analyst', 'responder', 'admin')),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    password  TEXT,                            -- Argon2id, as a PHC string; none for users that only machines are
    created   INTEGER NOT NULL,                -- milliseconds since 1970 UTC, like every time here
    changed   INTEGER NOT NULL
) STRICT;
INSERT INTO "user" VALUES(1,'root','admin',1,'$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',1772442847000,1772442847000);
INSERT INTO "user" VALUES(2,'alice','responder',1,'$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',1772442907000,1772442907000);
INSERT INTO "user" VALUES(3,'bob','viewer',0,NULL,1772442907000,1772442967000);
CREATE INDEX finding_urgency ON finding (severity DESC, last DESC, key);
CREATE INDEX entity_id ON entity (id);
CREATE INDEX reject_sample_epoch ON reject_sample (epoch, reason);
CREATE INDEX hub_finding_updated ON hub_finding (updated, number);
CREATE INDEX hub_finding_workflow ON hub_finding (workflow, updated, number);
CREATE INDEX hub_finding_label ON hub_finding (label, updated, number);
CREATE INDEX hub_finding_account ON hub_finding (account, updated, number);
CREATE INDEX hub_finding_generator ON hub_finding (generator, updated, number);
CREATE INDEX hub_finding_suppression ON hub_finding (suppression) WHERE suppression IS NOT NULL;
CREATE INDEX hub_value_value ON hub_value (attribute, value, finding);
CREATE INDEX hub_history_finding ON hub_history (finding, number);
CREATE INDEX session_user ON session (user, opened);
CREATE INDEX api_token_owner ON api_token (owner);
CREATE INDEX access_key_owner ON access_key (owner);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only ever added to');
END;
CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only ever added to');
END;
CREATE INDEX delivery_stage ON delivery (stage, target, at);
CREATE INDEX delivery_event ON delivery (event_id);
CREATE INDEX archived_at ON archived (archive, at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('user',3);
INSERT INTO "sqlite_sequence" VALUES('api_token',2);
COMMIT;
