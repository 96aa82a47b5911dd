PRAGMA foreign_keys = false;
PRAGMA application_id = 1464226644;
PRAGMA user_version = 4;
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
INSERT INTO "hub_document" VALUES(1,'{"SchemaVersion":"2018-10-08","Id":"arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default/0a0002248813634239628917312eae8f","ProductArn":"arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default","ProductName":"Watchfire","CompanyName":"Watchfire","Region":"us-east-1","GeneratorId":"r-id","AwsAccountId":"111122223333","Types":["TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled"],"FirstObservedAt":"1970-01-01T00:00:00.001Z","LastObservedAt":"1970-01-01T00:00:00.003Z","CreatedAt":"1970-01-01T00:01:00Z","UpdatedAt":"1970-01-01T00:01:00Z","Severity":{"Label":"HIGH","Normalized":70},"Title":"About r","Description":"r first at 1970-01-01T00:00:00.001Z","ProductFields":{"watchfire/type":"Stealth:IAMUser/CloudTrailLoggingDisabled","watchfire/rule":"r","watchfire/count":"3","watchfire/techniques":"T1562.008"},"Resources":[{"Type":"AwsAccount","Id":"AWS::::Account:111122223333","Partition":"aws","Region":"us-east-1"}],"WorkflowState":"NEW","Workflow":{"Status":"RESOLVED"},"RecordState":"ACTIVE","FindingProviderFields":{"Severity":{"Label":"HIGH","Normalized":70},"Types":["TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled"]},"Remediation":{"Recommendation":{"Text":"Ask who it was at 1970-01-01T00:00:00.001Z"}},"ProcessedAt":"1970-01-01T00:01:00Z"}');
INSERT INTO "hub_document" VALUES(2,'{"SchemaVersion":"2018-10-08","Id":"other","ProductArn":"arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default","GeneratorId":"gen","AwsAccountId":"111122223333","Types":["TTPs/Discovery"],"CreatedAt":"2026-03-02T09:14:00Z","UpdatedAt":"2026-03-02T09:15:00Z","Severity":{"Label":"HIGH","Normalized":70},"Title":"A title","Description":"What happened","Resources":[{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::b"}],"Region":"eu-central-1","RecordState":"ACTIVE","Workflow":{"Status":"SUPPRESSED"},"ProcessedAt":"2026-03-02T09:14:00Z","FindingProviderFields":{"Severity":{"Label":"HIGH"},"Types":["TTPs/Discovery"]},"Note":{"Text":"by rule","UpdatedBy":"rule","UpdatedAt":"2026-03-02T09:14:00Z"},"Confidence":7}');
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
INSERT INTO "hub_finding" VALUES(1,'arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default','arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default/0a0002248813634239628917312eae8f',1,'RESOLVED','ACTIVE',70,'HIGH','111122223333','us-east-1','r-id','About r','Watchfire','Watchfire','','',-9223372036854775808,-9223372036854775808,60000,60000,1,3,'[]',NULL);
INSERT INTO "hub_finding" VALUES(2,'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default','other',NULL,'SUPPRESSED','ACTIVE',70,'HIGH','111122223333','eu-central-1','gen','A title','','','','',7,-9223372036854775808,1772442840000,1772442900000,-9223372036854775808,-9223372036854775808,'["Confidence"]','00000000-0000-4001-8000-000000000002');
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
INSERT INTO "hub_history" VALUES(2,2,1772442840000,'BATCH_IMPORT_FINDINGS','alice',1,'[]',NULL,NULL,NULL);
INSERT INTO "hub_history" VALUES(3,2,1772442840000,'BATCH_UPDATE_FINDINGS','arn:aws:securityhub:eu-central-1:111122223333:automation-rule/00000000-0000-4001-8000-000000000002',0,'[{"UpdatedField":"Note","NewValue":"{\"Text\":\"by rule\",\"UpdatedBy\":\"rule\",\"UpdatedAt\":\"2026-03-02T09:14:00Z\"}"},{"UpdatedField":"Confidence","NewValue":"7"}]','NEW','by rule',NULL);
INSERT INTO "hub_history" VALUES(4,2,1772442840000,'BATCH_UPDATE_FINDINGS','suppression/00000000-0000-4001-8000-000000000002',0,'[{"UpdatedField":"Workflow.Status","OldValue":"NEW","NewValue":"SUPPRESSED"}]','SUPPRESSED','n: r (o)',NULL);
CREATE TABLE hub_setting (
    name  TEXT NOT NULL PRIMARY KEY CHECK (name IN ('home', 'settings')),
    value TEXT NOT NULL                        -- JSON
) STRICT, WITHOUT ROWID;
INSERT INTO "hub_setting" VALUES('home','{"partition":"aws","region":"eu-west-1","account":"999999999999"}');
INSERT INTO "hub_setting" VALUES('settings','{"SubscribedAt":"2026-03-02T09:14:00Z","AutoEnableControls":true,"ControlFindingGenerator":"SECURITY_CONTROL","Products":["prowler/prowler"]}');
CREATE TABLE hub_thing (
    kind  TEXT NOT NULL CHECK (kind IN ('rule', 'insight', 'suppression')),
    name  TEXT NOT NULL,                       -- ARN or id
    value TEXT NOT NULL,                       -- JSON
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "hub_thing" VALUES('insight','arn:aws:securityhub:eu-central-1:111122223333:insight/111122223333/custom/00000000-0000-4001-8000-000000000002','{"InsightArn":"arn:aws:securityhub:eu-central-1:111122223333:insight/111122223333/custom/00000000-0000-4001-8000-000000000002","Name":"n","Filters":{},"GroupByAttribute":"ResourceId"}');
INSERT INTO "hub_thing" VALUES('rule','arn:aws:securityhub:eu-central-1:111122223333:automation-rule/00000000-0000-4001-8000-000000000002','{"RuleArn":"arn:aws:securityhub:eu-central-1:111122223333:automation-rule/00000000-0000-4001-8000-000000000002","RuleStatus":"ENABLED","RuleOrder":1,"RuleName":"r","Description":"d","IsTerminal":false,"Criteria":{"GeneratorId":[{"Value":"gen","Comparison":"EQUALS"}]},"Actions":[{"Type":"FINDING_FIELDS_UPDATE","FindingFieldsUpdate":{"Note":{"Text":"by rule","UpdatedBy":"rule"},"Confidence":7}}],"CreatedAt":"2026-03-02T09:14:00Z","UpdatedAt":"2026-03-02T09:14:00Z","CreatedBy":"alice"}');
INSERT INTO "hub_thing" VALUES('suppression','00000000-0000-4001-8000-000000000002','{"Id":"00000000-0000-4001-8000-000000000002","Name":"n","Criteria":{"Title":[{"Value":"A title"}]},"Owner":"o","Reason":"r","CreatedAt":"2026-03-02T09:14:00Z"}');
CREATE TABLE hub_value (
    finding   INTEGER NOT NULL REFERENCES hub_finding (number),
    attribute INTEGER NOT NULL,                -- which, by its place in the list
    value     TEXT    NOT NULL,
    PRIMARY KEY (finding, attribute, value)
) STRICT, WITHOUT ROWID;
INSERT INTO "hub_value" VALUES(1,0,'TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled');
INSERT INTO "hub_value" VALUES(2,0,'TTPs/Discovery');
INSERT INTO "hub_value" VALUES(1,1,'AWS::::Account:111122223333');
INSERT INTO "hub_value" VALUES(2,1,'arn:aws:s3:::b');
INSERT INTO "hub_value" VALUES(1,2,'AwsAccount');
INSERT INTO "hub_value" VALUES(2,2,'AwsS3Bucket');
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
COMMIT;
