//! A process that commits epochs is killed, again and again. What it leaves is whole epochs, and every one that it reported.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use watchfire_model::{EventTime, RejectReason, Severity};
use watchfire_state::{Epoch, EpochId, FindingId, Mark, State, Store};

use crate::build::{assert_sound, finding, keyed, object, occurrence, reject};

/// Says to the test binary, started anew, that it is the process to be killed, and where to work.
const FOLDER: &str = "WATCHFIRE_STATE_KILLED_IN";

/// Files, and kills of the process that writes each. Most kills meet a commit; the first ones of a file meet its making.
const FILES: u64 = 12;
const KILLS: u64 = 12;

/// Objects of an epoch; every fourth one is large, so that kills also meet pages being written.
fn objects(id: u64) -> u64 {
    if id.is_multiple_of(4) { 400 } else { 4 }
}

/// What an epoch holds follows from its number. Findings share occurrences with the epoch before.
fn epoch(id: EpochId) -> Epoch {
    let mut epoch = Epoch::new(id, EventTime(id.0 as i64));
    epoch.objects = (0..objects(id.0)).map(|at| object(&format!("{id}/{at}"), "1")).collect();
    epoch.findings = (0..3)
        .map(|at| {
            let times = id.0.saturating_sub(1)..=id.0;
            let occurrences: Vec<_> = times.map(|time| occurrence(&format!("e{time}"), time as i64, "s")).collect();
            keyed(&about(id.0, at), finding("r", Severity::Low, &occurrences))
        })
        .collect();
    epoch.rejects.observe(reject(RejectReason::BrokenJson, "s", id.0));
    epoch.counts.records = 4;
    epoch.engine = Some(id.0.to_le_bytes().to_vec());
    epoch
}

fn about(id: u64, at: u64) -> String {
    format!("{}", (id * at) % 11)
}

/// The process to be killed; as a test among others it does nothing.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = Path::new(&folder);
    let state = State::open(folder.join("state.db")).expect("opens after every kill");
    let reports = File::options().create(true).append(true).open(folder.join("reports")).expect("reports");
    loop {
        let id = state.begin_epoch().expect("a number");
        state.commit_epoch(&epoch(id)).expect("committed");
        std::io::Write::write_all(&mut &reports, format!("{id}\n").as_bytes()).expect("reported");
    }
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn whole_epochs_survive_kills() {
    let mut chance = Chance(20_261_124);
    let (mut kills, mut epochs, mut unreported) = (0, 0, 0);
    for file in 0..FILES {
        let folder = tempfile::tempdir().expect("a folder");
        for kill in 0..KILLS {
            run_and_kill(folder.path(), kill == 0 && file > 0, &mut chance);
            kills += 1;
            let (committed, reported) = judge(folder.path());
            unreported += u64::from(committed > reported);
            epochs += if kill + 1 == KILLS { committed } else { 0 };
        }
    }
    println!("{kills} kills, {epochs} epochs, {unreported} kills between commit and report");
    assert!(kills >= 100 && epochs > kills, "{kills} kills, {epochs} epochs");
}

/// Lets a child work until it has reported a few epochs, or for a moment only, and kills it a moment later.
fn run_and_kill(folder: &Path, is_early: bool, chance: &mut Chance) {
    let this = std::env::current_exe().expect("this test");
    let mut child = Command::new(this)
        .args(["--exact", "kill::child", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let reports = || fs::metadata(folder.join("reports")).map_or(0, |reports| reports.len());
    let (before, started) = (reports(), Instant::now());
    while !is_early && reports() < before + 2 && started.elapsed() < Duration::from_secs(60) {
        assert!(child.try_wait().expect("asked").is_none(), "the child ended by itself");
        std::thread::sleep(Duration::from_micros(200));
    }
    std::thread::sleep(Duration::from_micros(chance.below(20_000)));
    child.kill().expect("killed");
    child.wait().expect("gone");
}

/// Compares the file with what its epochs say; the last epoch committed and the last reported come back.
fn judge(folder: &Path) -> (u64, u64) {
    let state = State::open(folder.join("state.db")).expect("opens after every kill");
    assert_sound(&state);
    let last = state.begin_epoch().expect("a number").0 - 1;
    let reports = fs::read_to_string(folder.join("reports")).unwrap_or_default();
    let whole = reports.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let reported = whole.lines().last().map_or(0, |line| line.parse().expect("a number"));
    assert!(reported == last || reported + 1 == last, "{reported} reported, {last} committed");

    let mut expected: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for id in 1..=last {
        for at in 0..3 {
            expected.entry(about(id, at)).or_default().extend([id as i64 - 1, id as i64]);
        }
        for object in &epoch(EpochId(id)).objects {
            let mark = Mark { name: &object.name, size: object.size, fingerprint: &object.fingerprint };
            assert!(state.is_seen(mark).expect("read"), "{} of {last}", object.name);
        }
    }
    for (about, times) in &expected {
        let stored = state.finding(&FindingId::of("r-id", Some(about)).to_string()).expect("there").finding;
        let found: BTreeSet<i64> = stored.records.iter().map(|record| record.time.0).collect();
        assert_eq!((stored.count, &found), (times.len() as u64, times), "{about} after {last}");
    }
    let numbers = state.numbers().expect("read");
    assert_eq!((numbers.findings, numbers.objects), (expected.len() as u64, (1..=last).map(objects).sum::<u64>()));
    assert_eq!((numbers.records, numbers.rejects), (4 * last, last));
    let engine = state.engine().expect("read").map(|(id, state)| (id.0, state));
    assert_eq!(engine, (last > 0).then(|| (last, last.to_le_bytes().to_vec())));
    (last, reported)
}
