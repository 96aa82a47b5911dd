//! Files that were damaged, and the copies that are put back.

use std::fs;

use rusqlite::Connection;
use watchfire_model::EventTime;
use watchfire_state::{Error, Filter, Problem, State, Store};

use crate::build::{assert_sound, commit};
use crate::trouble::{filled, folder, shown};

const MINUTE: i64 = 60_000;

#[test]
fn copies_take_turns() {
    let folder = folder();
    let state = filled(&folder.path().join("state.db"));
    let copies = folder.path().join("backups");
    assert_eq!(State::backups(&copies).expect("none yet"), []);
    for minute in 0..5 {
        let made = state.backup_to(&copies, 3, EventTime(minute * MINUTE + 500)).expect("copied");
        assert_eq!(made.at, format!("19700101T000{minute}00Z"));
    }
    fs::write(copies.join("notes.txt"), "mine").expect("written");
    let at: Vec<String> = State::backups(&copies).expect("read").into_iter().map(|backup| backup.at).collect();
    assert_eq!(at, ["19700101T000400Z", "19700101T000300Z", "19700101T000200Z"]);
    let error = state.backup_to(&copies, 3, EventTime(4 * MINUTE)).expect_err("there already");
    assert!(matches!(error, Error::Exists { .. }), "{error:?}");
    assert!(copies.join("notes.txt").exists());
}

#[test]
fn a_damaged_file_is_seen_read_and_put_right() {
    let folder = folder();
    let (path, copies) = (folder.path().join("state.db"), folder.path().join("backups"));
    let state = filled(&path);
    state.backup_to(&copies, 3, EventTime(0)).expect("copied");
    commit(&state, vec![]);
    drop(state);
    let sound = State::check(&path).expect("checked");
    assert_eq!(sound.problems, []);
    // A promise is broken: everything can be read, and nothing is written.
    Connection::open(&path).expect("open").execute_batch("UPDATE finding SET count = 77").expect("broken");
    let checked = State::check(&path).expect("checked");
    assert_eq!((checked.format, checked.problems.is_empty()), (sound.format, false));
    let opened = State::open_to_read(&path).expect("read");
    assert_eq!(opened.findings(&Filter::default()).expect("read").items.len(), 1);
    let id = opened.findings(&Filter::default()).expect("read").items[0].id;
    let error = opened.set_status(&[id], watchfire_state::FindingStatus::Resolved, "", EventTime(0)).expect_err("read only");
    assert!(matches!(error, Error::CannotOpen { .. }), "{error:?}");
    drop(opened);
    // It is no database any more.
    fs::write(&path, b"not a database, but long enough to be looked at by somebody who would like one").expect("written");
    assert!(!State::check(&path).expect("checked").problems.is_empty());
    assert!(matches!(State::open_to_read(&path), Err(Error::Corrupt { .. })));
    // A later copy that is damaged too is passed over.
    fs::write(copies.join("state-20270101T000000Z.db"), b"not a database").expect("written");
    let restored = State::restore(&path, &copies).expect("restored");
    assert_eq!(restored.from.at, "19700101T000000Z");
    let aside = restored.set_aside.expect("set aside");
    assert!(fs::read(&aside).expect("kept").starts_with(b"not a database"));
    let state = State::open(&path).expect("whole");
    assert_eq!(state.findings(&Filter::default()).expect("read").items.len(), 1);
    assert_eq!(state.numbers().expect("read").last_epoch, 1);
    assert_sound(&state);
    let claim = state.claim().expect("free");
    assert!(matches!(State::restore(&path, &copies), Err(Error::Busy { .. })));
    drop((claim, state));
    assert!(State::restore(&path, &copies).expect("again").set_aside.is_some_and(|second| second != aside));
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let error = State::check(&path).expect_err("no file");
    assert!(matches!(error, Error::CannotOpen { .. }), "{error:?}");
    shown(&error, &path);
    let error = State::restore(&path, folder.path().join("nowhere")).expect_err("no copies");
    assert!(matches!(error, Error::NoBackup { .. }) && error.hint().is_some(), "{error:?}");
    let state = filled(&path);
    Connection::open(&path).expect("open").execute_batch("DELETE FROM occurrence").expect("broken");
    let error = state.backup_to(folder.path().join("backups"), 3, EventTime(0)).expect_err("a copy of damage");
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
    assert_eq!(State::backups(folder.path().join("backups")).expect("read"), []);
    let theirs = folder.path().join("theirs.db");
    Connection::open(&theirs).expect("open").execute_batch("CREATE TABLE finding (x)").expect("made");
    assert!(matches!(State::check(&theirs), Err(Error::Foreign { .. })));
    assert_eq!(Problem("x".into()).0, "x");
}
