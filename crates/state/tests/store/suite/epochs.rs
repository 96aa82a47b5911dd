//! All of an epoch, or nothing.

use watchfire_model::{EventTime, RejectReason, Severity};
use watchfire_state::{Committed, Epoch, EpochId, Error, Filter, Store};

use super::mark;
use crate::build::{commit, finding, keyed, object, occurrence, reject, told};

pub fn epochs_are_numbered(store: &dyn Store) {
    assert_eq!(commit(store, vec![]), EpochId(1));
    assert_eq!(store.begin_epoch().expect("a number"), EpochId(2));
    assert_eq!(store.begin_epoch().expect("a number"), EpochId(2), "asking takes nothing");
    let mut epoch = Epoch::new(EpochId(2), EventTime(7));
    epoch.counts.records = 5;
    epoch.counts.bytes_in = 99;
    epoch.rejects.observe(reject(RejectReason::BrokenJson, "a", 1));
    epoch.objects = vec![object("a", "1"), object("b", "1")];
    epoch.findings = vec![keyed("alice", finding("r", Severity::Low, &[occurrence("1", 1, "a")]))];
    store.commit_epoch(&epoch).expect("committed");
    let last = store.last_epoch().expect("read").expect("two");
    assert_eq!((last.id, last.at, last.objects, last.rejects, last.findings), (EpochId(2), EventTime(7), 2, 1, 1));
    assert_eq!(last.counts, epoch.counts);
}

pub fn epochs_repeat(store: &dyn Store) {
    let mut epoch = Epoch::new(EpochId(1), EventTime(7));
    epoch.objects = vec![object("a", "1"), object("b", "1")];
    epoch.findings = vec![keyed("alice", finding("r", Severity::Low, &[occurrence("1", 1, "a")]))];
    epoch.findings[0].finding.count = 20;
    epoch.rejects.observe(reject(RejectReason::BrokenJson, "a", 1));
    assert_eq!(store.commit_epoch(&epoch).expect("committed"), Committed::Now);
    let before = (store.numbers().expect("read"), told(&store.findings(&Filter::default()).expect("read").items[0]));
    epoch.objects.reverse();
    assert_eq!(store.commit_epoch(&epoch).expect("again"), Committed::Before);
    assert_eq!((store.numbers().expect("read"), told(&store.findings(&Filter::default()).expect("read").items[0])), before);
    epoch.objects.pop();
    assert!(matches!(store.commit_epoch(&epoch), Err(Error::Conflict { id: EpochId(1), .. })), "other objects");
    epoch.objects = vec![object("a", "1"), object("b", "1")];
    assert_eq!(store.commit_epoch(&epoch).expect("again"), Committed::Before);
    epoch.findings[0].finding.count = 21;
    assert!(matches!(store.commit_epoch(&epoch), Err(Error::Conflict { id: EpochId(1), .. })), "other findings");
    epoch.id = EpochId(3);
    assert!(matches!(store.commit_epoch(&epoch), Err(Error::Conflict { id: EpochId(3), .. })), "a gap");
    assert_eq!(store.begin_epoch().expect("a number"), EpochId(2));
}

/// The last thing that is written fails, and everything before it is undone.
pub fn a_failed_epoch_leaves_nothing(store: &dyn Store) {
    commit(store, vec![keyed("alice", finding("r", Severity::Low, &[occurrence("1", 1, "a")]))]);
    let before = (store.numbers().expect("read"), told(&store.findings(&Filter::default()).expect("read").items[0]));
    let mut epoch = Epoch::new(EpochId(2), EventTime(7));
    epoch.objects = vec![object("new", "1")];
    epoch.findings = vec![keyed("alice", finding("r", Severity::Low, &[occurrence("2", 2, "a")]))];
    epoch.engine = Some(vec![1]);
    epoch.counts.records = u64::MAX;
    assert!(store.commit_epoch(&epoch).is_err(), "more records than any store can count");
    assert_eq!((store.numbers().expect("read"), told(&store.findings(&Filter::default()).expect("read").items[0])), before);
    assert!(!store.is_seen(mark("new", "1")).expect("read"));
    assert_eq!(store.engine().expect("read"), None);
    epoch.counts.records = 1;
    assert_eq!(store.commit_epoch(&epoch).expect("mended"), Committed::Now);
}

pub fn the_engine_is_kept(store: &dyn Store) {
    let mut epoch = Epoch::new(EpochId(1), EventTime(0));
    epoch.engine = Some(vec![0, 255, 7]);
    store.commit_epoch(&epoch).expect("committed");
    store.commit_epoch(&Epoch::new(EpochId(2), EventTime(0))).expect("committed");
    assert_eq!(store.engine().expect("read"), Some((EpochId(1), vec![0, 255, 7])), "an epoch without leaves it");
    let mut epoch = Epoch::new(EpochId(3), EventTime(0));
    epoch.engine = Some(vec![]);
    store.commit_epoch(&epoch).expect("committed");
    assert_eq!(store.engine().expect("read"), Some((EpochId(3), vec![])));
}

pub fn rejects(store: &dyn Store) {
    let mut epoch = Epoch::new(EpochId(1), EventTime(0));
    (0..8).for_each(|at| epoch.rejects.observe(reject(RejectReason::BrokenJson, "a", at)));
    (0..3).for_each(|at| epoch.rejects.observe(reject(RejectReason::BrokenJson, "b", at)));
    epoch.rejects.observe(reject(RejectReason::TooLong, "a", 0));
    (0..150).for_each(|at| epoch.rejects.observe(reject(RejectReason::NotUtf8, &format!("source-{at}"), 0)));
    store.commit_epoch(&epoch).expect("committed");
    let mut epoch = Epoch::new(EpochId(2), EventTime(0));
    epoch.rejects.observe(reject(RejectReason::BrokenJson, "b", 9));
    store.commit_epoch(&epoch).expect("committed");
    let counts = store.rejects().expect("read");
    let count = |reason: &str, source: &str| counts.iter().find(|one| one.reason == reason && one.source == source).map(|one| one.count);
    assert_eq!((count("broken_json", "a"), count("broken_json", "b"), count("too_long", "a")), (Some(8), Some(4), Some(1)));
    assert_eq!(counts.iter().map(|one| one.count).sum::<u64>(), 163, "none is lost");
    assert_eq!(count("not_utf8", ""), Some(50), "sources beyond those told apart");
    assert_eq!(counts[0].count, 50, "the most first");
    let last = counts.iter().find(|one| one.reason == "broken_json" && one.source == "b").map(|one| one.last_epoch);
    assert_eq!(last, Some(EpochId(2)));
    let samples = store.reject_samples(Some("broken_json"), 100).expect("read");
    assert_eq!(samples.len(), 6, "five of the first epoch");
    assert_eq!((samples[0].epoch, samples[0].offset, &*samples[0].detail), (EpochId(2), 9, "at 9"));
    assert_eq!(samples[0].excerpt.len(), 2_048);
    assert_eq!(store.reject_samples(None, 3).expect("read").len(), 3);
}
