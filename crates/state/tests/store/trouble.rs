//! Files that cannot be used, and what is said about them.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use watchfire_model::{EventTime, Severity};
use watchfire_state::{Epoch, EpochId, Error, Filter, Settings, State, Store};

use crate::build::{assert_sound, commit, finding, keyed, object, occurrence};

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

pub fn filled(path: &Path) -> State {
    let state = State::open(path).expect("a new file");
    commit(&state, vec![keyed("x", finding("r", Severity::Low, &[occurrence("1", 1, "a")]))]);
    state
}

pub fn shown(error: &Error, path: &Path) {
    let text = error.to_string();
    assert!(text.contains(path.to_str().expect("UTF-8")), "{text}");
    assert!(error.hint().is_some(), "{text}");
}

#[test]
fn what_was_committed_is_there_again() {
    let folder = folder();
    let path = folder.path().join("state.db");
    drop(filled(&path));
    let state = State::open(&path).expect("again");
    assert_eq!(state.begin_epoch().expect("a number"), EpochId(2));
    assert_eq!(state.findings(&Filter::default()).expect("read").items[0].finding.count, 1);
    assert_eq!(state.path(), path);
    assert_sound(&state);
}

#[test]
fn a_newer_file_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("state.db");
    drop(filled(&path));
    Connection::open(&path).expect("open").pragma_update(None, "user_version", 99).expect("set");
    let before = fs::read(&path).expect("read");
    let error = State::open(&path).expect_err("newer");
    assert!(matches!(error, Error::Newer { found: 99, .. }), "{error}");
    shown(&error, &path);
    assert_eq!(fs::read(&path).expect("read"), before);
}

#[test]
fn somebody_elses_database_is_left_alone() {
    let folder = folder();
    for sql in ["CREATE TABLE finding (x)", "PRAGMA application_id = 7", "PRAGMA user_version = 1"] {
        let path = folder.path().join("theirs.db");
        Connection::open(&path).expect("open").execute_batch(sql).expect("made");
        let before = fs::read(&path).expect("read");
        let error = State::open(&path).expect_err("foreign");
        assert!(matches!(error, Error::Foreign { .. }), "{sql}: {error}");
        shown(&error, &path);
        assert_eq!(fs::read(&path).expect("read"), before);
        fs::remove_file(&path).expect("removed");
    }
}

#[test]
fn damage_is_seen() {
    let folder = folder();
    let path = folder.path().join("state.db");
    drop(filled(&path));
    let whole = fs::read(&path).expect("read");
    let mut header = whole.clone();
    header[..16].fill(b'x');
    fs::write(&path, header).expect("written");
    let error = State::open(&path).expect_err("no header");
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    shown(&error, &path);
    fs::write(&path, b"not a database, but long enough to be looked at by somebody who would like one").expect("written");
    assert!(matches!(State::open(&path), Err(Error::Corrupt { .. })));
    // Every page but the first: some errors come on opening, others when something is looked at; no damage goes unseen, none panics.
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xa5);
        fs::write(&path, damaged).expect("written");
        let outcome = State::open(&path).and_then(|state| state.verify());
        let seen = match &outcome {
            Err(Error::Corrupt { .. }) => true,
            Ok(problems) => !problems.is_empty(),
            Err(_) => false,
        };
        assert!(seen, "page {page}: {outcome:?}");
    }
    fs::write(&path, &whole[..whole.len() / 2]).expect("written");
    let outcome = State::open(&path).and_then(|state| state.verify());
    assert!(matches!(&outcome, Err(Error::Corrupt { .. })) || matches!(&outcome, Ok(problems) if !problems.is_empty()), "{outcome:?}");
}

#[test]
fn broken_promises_are_seen() {
    let folder = folder();
    let breakages = [
        "UPDATE finding SET count = count + 1",
        "UPDATE finding SET kept = 7",
        "UPDATE finding SET first = 2",
        "UPDATE finding SET epoch = 9",
        "UPDATE hub_finding SET workflow = 'RESOLVED'",
        "UPDATE hub_finding SET finding = NULL",
        "UPDATE hub_finding SET finding = 77",
        "UPDATE hub_finding SET id = 'x'",
        "UPDATE hub_document SET document = '{'",
        "DELETE FROM hub_document",
        "DELETE FROM hub_finding",
        "INSERT INTO hub_value VALUES (77, 0, 'x')",
        "INSERT INTO hub_history VALUES (77, 77, 1, 'BATCH_UPDATE_FINDINGS', 'x', 0, '[]', 'NEW', '', NULL)",
        "DELETE FROM occurrence",
        "DELETE FROM finding",
        "UPDATE object SET epoch = 9",
        "UPDATE epoch SET rejects = 1",
        "UPDATE epoch SET id = 3 WHERE id = 2",
        "INSERT INTO engine VALUES (1, 9, x'')",
        "INSERT INTO reject VALUES (9, 'broken_json', 'a', 1)",
        "INSERT INTO evidence VALUES (77, 1, 'e', '{}', '[]')",
        "INSERT INTO entity VALUES (77, 1, 'e')",
    ];
    for (at, breakage) in breakages.iter().enumerate() {
        let path = folder.path().join(format!("{at}.db"));
        let state = filled(&path);
        commit(&state, vec![]);
        assert_sound(&state);
        let other = Connection::open(&path).expect("open");
        other.execute_batch(&format!("PRAGMA foreign_keys = false; {breakage}")).expect("broken");
        assert_ne!(state.verify().expect("verified"), [], "{breakage}");
    }
    let path = folder.path().join("severity.db");
    let state = filled(&path);
    let other = Connection::open(&path).expect("open");
    other.execute_batch("PRAGMA ignore_check_constraints = true; UPDATE finding SET severity = 77").expect("broken");
    assert!(matches!(state.findings(&Filter::default()), Err(Error::Corrupt { .. })));
}

#[test]
fn places_where_no_file_can_be() {
    let folder = folder();
    let nowhere = folder.path().join("no/such/folder/state.db");
    for path in [folder.path(), &nowhere] {
        let error = State::open(path).expect_err("no file");
        assert!(matches!(error, Error::CannotOpen { .. }), "{error:?}");
        shown(&error, path);
    }
}

/// The super user may write anywhere, so the kernel's own folder stands for one that may not be written.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written() {
    let path = Path::new("/proc/watchfire-state.db");
    let error = State::open(path).expect_err("no file can be made");
    assert!(matches!(error, Error::CannotOpen { .. }), "{error:?}");
    shown(&error, path);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("state.db");
    drop(filled(&path));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("set");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("set");
    // They do not hold for the super user.
    let is_held = fs::write(folder.path().join("probe"), "").is_err();
    let outcome = State::open(&path).and_then(|state| state.commit_epoch(&Epoch::new(EpochId(2), EventTime(0))));
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("set");
    match outcome {
        Ok(_) => assert!(!is_held),
        Err(error) => {
            assert!(matches!(error, Error::CannotOpen { .. }), "{error:?}");
            shown(&error, &path);
        }
    }
}

#[test]
fn a_full_disk_costs_one_epoch() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let settings = Settings { file_bytes_max: Some(400 * 1024), ..Settings::default() };
    let state = State::open_with(&path, settings).expect("open");
    let mut fitted = 0;
    let (error, epoch) = loop {
        let id = state.begin_epoch().expect("a number");
        let mut epoch = Epoch::new(id, EventTime(0));
        epoch.objects = (0..100).map(|at| object(&format!("{id}-{at}"), "1")).collect();
        epoch.findings = vec![keyed(&id.to_string(), finding("r", Severity::Low, &[occurrence("1", 1, "a")]))];
        match state.commit_epoch(&epoch) {
            Ok(_) => fitted += 1,
            Err(error) => break (error, epoch),
        }
    };
    assert!(matches!(error, Error::Full { .. }), "{error:?}");
    shown(&error, &path);
    assert!(fitted > 3);
    let numbers = state.numbers().expect("read");
    assert_eq!((numbers.last_epoch, numbers.findings, numbers.objects), (fitted, fitted, fitted * 100));
    assert_sound(&state);
    let state = State::open(&path).expect("room again");
    state.commit_epoch(&epoch).expect("the same epoch");
    assert_sound(&state);
}

#[test]
fn backups() {
    let folder = folder();
    let state = filled(&folder.path().join("state.db"));
    let copy = folder.path().join("copy.db");
    state.backup(&copy).expect("copied");
    commit(&state, vec![]);
    let error = state.backup(&copy).expect_err("stands there");
    assert!(matches!(error, Error::Exists { .. }), "{error:?}");
    shown(&error, &copy);
    let restored = State::open(&copy).expect("a whole file");
    assert_eq!(restored.begin_epoch().expect("a number"), EpochId(2));
    assert_eq!(restored.findings(&Filter::default()).expect("read").items.len(), 1);
    assert_sound(&restored);
    let error = state.backup(folder.path().join("no/folder/copy.db")).expect_err("nowhere");
    assert!(matches!(error, Error::CannotOpen { .. }), "{error:?}");
    let left: Vec<_> = fs::read_dir(folder.path()).expect("read").map(|entry| entry.expect("read").file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("partial")), "{left:?}");
    State::in_memory().expect("memory").backup(folder.path().join("memory.db")).expect("copied");
}
