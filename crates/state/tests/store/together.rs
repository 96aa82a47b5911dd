//! Several at one file.

use std::time::Duration;

use rusqlite::Connection;
use watchfire_model::{EventTime, Severity};
use watchfire_state::{Epoch, EpochId, Error, Filter, Settings, State, Store};

use crate::build::{assert_sound, finding, keyed, object, occurrence};
use crate::trouble::{filled, folder, shown};

#[test]
fn a_locked_file_is_busy() {
    let folder = folder();
    let path = folder.path().join("state.db");
    drop(filled(&path));
    let settings = Settings { busy_wait: Duration::from_millis(20), ..Settings::default() };
    let state = State::open_with(&path, settings).expect("open");
    let other = Connection::open(&path).expect("open");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let error = state.commit_epoch(&Epoch::new(EpochId(2), EventTime(0))).expect_err("locked");
    assert!(matches!(error, Error::Busy { .. }), "{error:?}");
    shown(&error, &path);
    assert_eq!(state.findings(&Filter::default()).expect("readers do not wait").items.len(), 1);
    assert_sound(&State::open(&path).expect("nor does opening"));
    other.execute_batch("COMMIT").expect("unlocked");
    state.commit_epoch(&Epoch::new(EpochId(2), EventTime(0))).expect("free");
}

#[test]
fn one_process_ingests() {
    let folder = folder();
    let state = State::open(folder.path().join("state.db")).expect("open");
    let claim = state.claim().expect("free");
    let other = State::open(state.path()).expect("open");
    assert!(matches!(other.claim(), Err(Error::Busy { .. })));
    drop(claim);
    other.claim().expect("free again");
    State::in_memory().expect("memory").claim().expect("nobody else's");
}

/// Readers see the state before an epoch or after it, never between, and are not kept waiting.
#[test]
fn readers_see_whole_epochs() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let writer = State::open(&path).expect("open");
    let is_done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let read = scope.spawn(|| {
            let reader = State::open(&path).expect("open");
            let mut looked = 0;
            while !is_done.load(std::sync::atomic::Ordering::Relaxed) || looked == 0 {
                let numbers = reader.numbers().expect("read");
                assert_eq!((numbers.objects, numbers.findings), (numbers.last_epoch * 10, numbers.last_epoch));
                assert_sound(&reader);
                looked += 1;
            }
        });
        for number in 1..=50 {
            let mut epoch = Epoch::new(EpochId(number), EventTime(0));
            epoch.objects = (0..10).map(|at| object(&format!("{number}-{at}"), "1")).collect();
            epoch.findings = vec![keyed(&number.to_string(), finding("r", Severity::Low, &[occurrence("1", 1, "a")]))];
            writer.commit_epoch(&epoch).expect("committed");
        }
        is_done.store(true, std::sync::atomic::Ordering::Relaxed);
        read.join().expect("no panic");
    });
}

/// Without the claim two may take the same number; the second is told, and nothing of it is kept.
#[test]
fn two_writers_do_not_overwrite_each_other() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let (one, two) = (State::open(&path).expect("open"), State::open(&path).expect("open"));
    let (mut first, mut second) = (Epoch::new(EpochId(1), EventTime(0)), Epoch::new(EpochId(1), EventTime(0)));
    first.objects = vec![object("a", "1")];
    second.objects = vec![object("b", "1")];
    one.commit_epoch(&first).expect("committed");
    let error = two.commit_epoch(&second).expect_err("taken");
    assert!(matches!(error, Error::Conflict { id: EpochId(1), .. }), "{error:?}");
    assert!(error.hint().is_some());
    assert_eq!(two.numbers().expect("read").objects, 1);
}

/// Taking turns, they wait for each other: whoever has the right number gets it written.
#[test]
fn writers_wait_for_each_other() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let write = |name: &str| {
        let state = State::open(&path).expect("open");
        let mut written = 0;
        while written < 40 {
            let mut epoch = Epoch::new(state.begin_epoch().expect("a number"), EventTime(0));
            epoch.objects = (0..10).map(|at| object(&format!("{name}-{written}-{at}"), "1")).collect();
            match state.commit_epoch(&epoch) {
                Ok(_) => written += 1,
                Err(error) => assert!(matches!(error, Error::Conflict { .. }), "{error:?}"),
            }
        }
    };
    std::thread::scope(|scope| ["a", "b"].map(|name| scope.spawn(move || write(name))).map(|thread| thread.join().expect("no panic")));
    let state = State::open(&path).expect("open");
    assert_eq!((state.numbers().expect("read").last_epoch, state.numbers().expect("read").objects), (80, 800));
    assert_sound(&state);
}

#[test]
fn many_open_a_new_file_at_once() {
    for _ in 0..20 {
        let folder = folder();
        let path = folder.path().join("state.db");
        std::thread::scope(|scope| {
            let open = || State::open(&path).expect("opened").begin_epoch().expect("a number");
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
            threads.into_iter().for_each(|thread| assert_eq!(thread.join().expect("no panic"), EpochId(1)));
        });
    }
}
