//! The seen-set.

use watchfire_model::{EventTime, RejectReason, Severity};
use watchfire_state::{Epoch, EpochId, Filter, Mark, Pruned, Store};

use super::mark;
use crate::build::{assert_sound, finding, keyed, object, occurrence, reject};

pub fn seen_objects(store: &dyn Store) {
    let mut epoch = Epoch::new(EpochId(1), EventTime(0));
    epoch.objects = vec![object("b", "1"), object("a", "1"), object("d", "1")];
    store.commit_epoch(&epoch).expect("committed");
    assert!(store.is_seen(mark("a", "1")).expect("read"));
    assert!(!store.is_seen(mark("a", "2")).expect("read"), "changed");
    assert!(!store.is_seen(Mark { size: 101, ..mark("a", "1") }).expect("read"), "grown");
    assert!(!store.is_seen(mark("A", "1")).expect("read"), "another name");
    let listed = [mark("d", "1"), mark("c", "1"), mark("a", "2"), mark("b", "1"), mark("a", "1"), mark("e", "1"), mark("", "1")];
    assert_eq!(store.unseen(&listed).expect("read"), [1, 2, 5, 6]);
    assert!(store.unseen(&[]).expect("read").is_empty());
    let mut epoch = Epoch::new(EpochId(2), EventTime(0));
    epoch.objects = vec![object("a", "2")];
    store.commit_epoch(&epoch).expect("committed");
    assert_eq!(store.unseen(&listed).expect("read"), [1, 4, 5, 6], "only the last fingerprint is known");
    assert_eq!(store.numbers().expect("read").objects, 3);
}

/// Against the obvious way, with gaps of all widths between listed and seen names.
pub fn a_long_listing(store: &dyn Store) {
    let name = |number: u64| format!("logs/{number:06}.json.gz");
    let mut epoch = Epoch::new(EpochId(1), EventTime(0));
    let is_read = |number: u64| number % 1_000 < 600 && !number.is_multiple_of(7);
    epoch.objects = (0..5_000).filter(|number| is_read(*number)).map(|number| object(&name(number), "1")).collect();
    store.commit_epoch(&epoch).expect("committed");
    for step in [1, 3, 40, 611] {
        let names: Vec<(u64, String)> = (0..6_000).step_by(step).map(|number| (number, name(number))).collect();
        let fingerprint = |number: u64| if number.is_multiple_of(11) { "2" } else { "1" };
        let mut listed: Vec<_> = names.iter().map(|(number, name)| mark(name, fingerprint(*number))).collect();
        listed.rotate_left(17 % names.len());
        let one_by_one: Vec<usize> = (0..listed.len()).filter(|at| !store.is_seen(listed[*at]).expect("read")).collect();
        assert_eq!(store.unseen(&listed).expect("read"), one_by_one, "every {step}");
        let expect = names.iter().filter(|(number, _)| !(*number < 5_000 && is_read(*number) && !number.is_multiple_of(11))).count();
        assert_eq!(one_by_one.len(), expect);
    }
}

pub fn pruning(store: &dyn Store) {
    assert_eq!(store.prune(EventTime(i64::MAX)).expect("of nothing"), Pruned::default());
    for number in 1..=5 {
        let mut epoch = Epoch::new(EpochId(number), EventTime(number as i64 * 100));
        epoch.objects = vec![object(&format!("o{number}"), "1"), object("often", &number.to_string())];
        epoch.rejects.observe(reject(RejectReason::BrokenJson, "a", number));
        epoch.findings = vec![keyed("x", finding("r", Severity::Low, &[occurrence("1", number as i64, "a")]))];
        store.commit_epoch(&epoch).expect("committed");
    }
    assert_eq!(store.prune(EventTime(300)).expect("pruned"), Pruned { objects: 2, epochs: 2 });
    assert!(!store.is_seen(mark("o2", "1")).expect("read") && store.is_seen(mark("o3", "1")).expect("read"));
    assert!(store.is_seen(mark("often", "5")).expect("read"));
    assert_eq!(store.reject_samples(None, 100).expect("read").len(), 3);
    assert_sound(store);
    assert_eq!(store.prune(EventTime(i64::MAX)).expect("pruned").epochs, 2, "the last stays");
    assert_eq!(store.begin_epoch().expect("a number"), EpochId(6));
    assert_eq!(store.findings(&Filter::default()).expect("read").items[0].finding.count, 5, "findings stay");
}
