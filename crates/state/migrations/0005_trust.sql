-- Who there is. Numbers are never given twice, so that what the audit log or a token says of one never comes to mean another.
CREATE TABLE user (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    name      TEXT    NOT NULL UNIQUE,         -- in small letters
    role      TEXT    NOT NULL CHECK (role IN ('viewer', 'analyst', 'responder', 'admin')),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    password  TEXT,                            -- Argon2id, as a PHC string; none for users that only machines are
    created   INTEGER NOT NULL,                -- milliseconds since 1970 UTC, like every time here
    changed   INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    digest  BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),  -- SHA-256 of the cookie's value
    user    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    opened  INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    address TEXT    NOT NULL,                  -- empty where it is not known
    agent   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user, opened);

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
CREATE INDEX api_token_owner ON api_token (owner);

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
CREATE INDEX access_key_owner ON access_key (owner);

-- The link by which the first admin is made; no row when there is none.
CREATE TABLE setup (
    only    INTEGER PRIMARY KEY CHECK (only = 1),
    digest  BLOB    NOT NULL CHECK (length(digest) = 32),
    created INTEGER NOT NULL
) STRICT;

-- Who did what. Each entry holds the hash of the one before; entries are only ever added.
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
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only ever added to');
END;
CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only ever added to');
END;

-- Its last entry, so that a missing end is noticed.
CREATE TABLE audit_head (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    hash   BLOB    NOT NULL
) STRICT;
