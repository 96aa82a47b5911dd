//! Several processes write one log, and somebody meddles with the file.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use watchfire_state::{AuditFilter, State, Store, TrustStore};
use watchfire_trust::audit::{Act, Breach, Break};

use super::{NOW, act};

/// Says to the test binary, started anew, that it is one of the writers, and where the file is.
const FILE: &str = "WATCHFIRE_STATE_AUDITED";

const WRITERS: usize = 2;
const ENTRIES: usize = 200;

/// One of the writers; as a test among others it does nothing.
#[test]
fn child() {
    let Ok(path) = std::env::var(FILE) else { return };
    let state = State::open(&path).expect("open");
    let folder = Path::new(&path).parent().expect("a folder").join("ready");
    fs::write(folder.join(std::process::id().to_string()), "").expect("ready");
    while fs::read_dir(&folder).expect("read").count() < WRITERS {
        std::thread::yield_now();
    }
    for number in 0..ENTRIES {
        let actor = format!("process {}", std::process::id());
        state.record(Act::by(&actor, "test.write", NOW).on(number)).expect("written");
        // Whoever never lets go of the file writes alone.
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn processes_keep_one_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    fs::create_dir(folder.path().join("ready")).expect("a folder");
    let state = State::open(&path).expect("a new file");
    let this = std::env::current_exe().expect("this test");
    let start = || {
        let arguments = ["--exact", "trust::together::child", "--nocapture"];
        Command::new(&this).args(arguments).env(FILE, &path).stdout(Stdio::null()).spawn().expect("started")
    };
    let children: Vec<_> = (0..WRITERS).map(|_| start()).collect();
    for mut child in children {
        assert!(child.wait().expect("ended").success());
    }
    let head = state.verify_audit(&[]).expect("read").expect("one chain").expect("entries");
    assert_eq!(head.number as usize, WRITERS * ENTRIES);
    let entries = state.audit(&AuditFilter { limit: usize::MAX, is_latest_first: false, ..AuditFilter::default() }).expect("read");
    let mut actors: Vec<&str> = entries.iter().map(|entry| entry.actor.as_str()).collect();
    let changes = actors.windows(2).filter(|pair| pair[0] != pair[1]).count();
    actors.sort_unstable();
    actors.dedup();
    assert_eq!(actors.len(), WRITERS);
    println!("{changes} changes of the writer");
    assert!(changes > 1, "they wrote at the same time");
}

/// The file with ten entries, and a connection of somebody else to it.
fn meddled(meddle: &str) -> Break {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    let state = State::open(&path).expect("a new file");
    for number in 0..10 {
        state.record(act("test.write").on(number)).expect("written");
    }
    let other = Connection::open(&path).expect("open");
    other
        .execute_batch("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_cut; PRAGMA ignore_check_constraints = 1;")
        .expect("free");
    other.execute_batch(meddle).expect(meddle);
    let broken = state.verify_audit(&[]).expect("read").expect_err(meddle);
    let problems: Vec<String> = state.verify().expect("read").into_iter().map(|problem| problem.0).collect();
    assert!(problems.contains(&broken.to_string()), "{problems:?}");
    broken
}

#[test]
fn meddling_shows() {
    for (meddle, number, breach) in [
        ("UPDATE audit SET actor = 'somebody' WHERE number = 4", 4, Breach::Changed),
        ("UPDATE audit SET outcome = 'never' WHERE number = 4", 4, Breach::Changed),
        ("UPDATE audit SET details = '' WHERE number = 4", 4, Breach::Changed),
        ("UPDATE audit SET hash = x'00' WHERE number = 4", 4, Breach::Changed),
        ("DELETE FROM audit WHERE number = 4", 4, Breach::Missing),
        ("DELETE FROM audit WHERE number > 6", 7, Breach::Cut),
        ("DELETE FROM audit", 1, Breach::Cut),
        ("UPDATE audit SET number = number + 100 WHERE number = 4", 4, Breach::Missing),
        ("DELETE FROM audit_head", 10, Breach::Beyond),
        ("UPDATE audit_head SET number = 8, hash = (SELECT hash FROM audit WHERE number = 8)", 9, Breach::Beyond),
        ("UPDATE audit_head SET hash = x'0000000000000000000000000000000000000000000000000000000000000000'", 10, Breach::Rewritten),
    ] {
        assert_eq!(meddled(meddle), Break { number, breach }, "{meddle}");
    }
}

/// Putting back the file of yesterday is seen by who remembers the head of today.
#[test]
fn a_file_put_back_shows_to_who_remembers() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, copy) = (folder.path().join("state.db"), folder.path().join("copy.db"));
    let state = State::open(&path).expect("a new file");
    let first = state.record(act("one")).expect("written").head();
    state.backup(&copy).expect("copied");
    let second = state.record(act("two")).expect("written").head();
    let old = State::open(&copy).expect("opens");
    assert_eq!(old.verify_audit(&[first]).expect("read"), Ok(Some(first)));
    assert_eq!(old.verify_audit(&[second]).expect("read"), Err(Break { number: 2, breach: Breach::Cut }));
    let anew = old.record(act("three")).expect("written").head();
    assert_eq!(old.verify_audit(&[first, second]).expect("read"), Err(Break { number: 2, breach: Breach::Rewritten }));
    assert_ne!(anew, second);
}

#[test]
fn entries_are_only_added() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    let state = State::open(&path).expect("a new file");
    state.record(act("one")).expect("written");
    let other = Connection::open(&path).expect("open");
    for sql in ["UPDATE audit SET actor = ''", "DELETE FROM audit"] {
        let error = other.execute(sql, []).expect_err("refused").to_string();
        assert!(error.contains("only ever added to"), "{error}");
    }
}
