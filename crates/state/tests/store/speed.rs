//! Bounds on time, wide enough for a slow machine that does other things too. The figures are shown by `--nocapture`.

use std::time::{Duration, Instant};

use watchfire_model::{EventTime, Occurrence, Severity};
use watchfire_state::{Epoch, EpochId, Filter, KeyedFinding, Mark, Object, State, Store};

use crate::build::{assert_sound, finding, keyed, occurrence};

fn timed<T>(what: &str, at_most: Duration, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    let elapsed = started.elapsed();
    println!("{what}: {elapsed:.1?}");
    assert!(elapsed < at_most, "{what}: {elapsed:?}");
    done
}

fn occurrences(finding: usize, count: usize) -> Vec<Occurrence> {
    let source = "s3://logs/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T0915Z.json.gz";
    let id =
        |at: usize| format!("{:08x}-9d4b-4c0e-8a52-{:012x}", (finding * 31 + at).wrapping_mul(2_654_435_761) as u32, finding * count + at);
    (0..count).map(|at| occurrence(&id(at), 1_772_442_847_000 + at as i64 * 1_000, source)).collect()
}

#[test]
fn findings_are_upserted_fast() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = State::open(folder.path().join("state.db")).expect("open");
    for (findings, each) in [(20, 1_000), (2_000, 10), (20_000, 1)] {
        let one = |at: usize| keyed(&format!("{at} of {findings}"), finding("r", Severity::ALL[at % 5], &occurrences(at, each)));
        let mut epoch = Epoch::new(state.begin_epoch().expect("a number"), EventTime(0));
        epoch.findings = (0..findings).map(one).collect::<Vec<KeyedFinding>>();
        let what = format!("{findings} new findings with {each} occurrences each");
        timed(&what, Duration::from_secs(300), || state.commit_epoch(&epoch).expect("committed"));
        epoch.id = state.begin_epoch().expect("a number");
        timed("the same in another epoch", Duration::from_secs(300), || state.commit_epoch(&epoch).expect("committed"));
    }
    let filter = Filter { text: Some("198.51.100.3".into()), ..Filter::default() };
    timed("a page of 100 by text", Duration::from_secs(10), || state.findings(&filter).expect("read"));
    timed("verify", Duration::from_secs(60), || assert_sound(&state));
}

#[test]
fn a_million_objects_are_told_apart_fast() {
    const OBJECTS: usize = 1_000_000;
    let folder = tempfile::tempdir().expect("a folder");
    let state = State::open(folder.path().join("state.db")).expect("open");
    let name =
        |at: usize| format!("s3://logs/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_{at:08}.json.gz");
    let names: Vec<String> = (0..OBJECTS).map(name).collect();
    let mut epoch = Epoch::new(EpochId(1), EventTime(0));
    let object = |name: &String| Object {
        name: name.clone(),
        size: 7,
        fingerprint: "\"9b2cf535f27731c974343645a3985328\"".into(),
        records: 1,
        rejects: 0,
    };
    epoch.objects = names.iter().enumerate().filter(|(at, _)| at % 100 != 0).map(|(_, name)| object(name)).collect();
    timed("990,000 objects committed", Duration::from_secs(120), || state.commit_epoch(&epoch).expect("committed"));
    let mark = |name| Mark { name, size: 7, fingerprint: "\"9b2cf535f27731c974343645a3985328\"" };
    let listed: Vec<Mark<'_>> = names.iter().map(|name| mark(name)).collect();
    let unseen = timed("a million listed", Duration::from_secs(60), || state.unseen(&listed).expect("read"));
    assert!(unseen.iter().copied().eq((0..OBJECTS).step_by(100)));
    let sparse: Vec<Mark<'_>> = listed.iter().copied().step_by(1_001).collect();
    let unseen = timed("a thousand listed", Duration::from_secs(10), || state.unseen(&sparse).expect("read"));
    assert_eq!(unseen.len(), sparse.iter().enumerate().filter(|(at, _)| at * 1_001 % 100 == 0).count());
    println!("{} MB", state.numbers().expect("read").bytes / 1_000_000);
    let pruned = timed("all forgotten", Duration::from_secs(60), || state.prune(EventTime(1)).expect("pruned"));
    assert_eq!(pruned.objects, epoch.objects.len() as u64);
}
