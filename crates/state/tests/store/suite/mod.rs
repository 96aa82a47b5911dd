//! What holds for every store. An implementation gives a maker of empty stores that keep so many occurrences of one finding.

mod epochs;
mod findings;
mod home;
mod listing;
mod objects;

use watchfire_state::{EpochId, Filter, Mark, Store};

use crate::build::assert_sound;

/// Makes an empty store.
pub type Make<'m> = &'m dyn Fn(u64) -> Box<dyn Store>;

const MANY: u64 = 10_000;

/// The whole suite.
pub fn run(make: Make<'_>) {
    let tests: &[fn(&dyn Store)] = &[
        empty,
        objects::seen_objects,
        objects::a_long_listing,
        epochs::epochs_are_numbered,
        epochs::epochs_repeat,
        epochs::a_failed_epoch_leaves_nothing,
        epochs::the_engine_is_kept,
        home::the_table_is_remembered,
        findings::a_finding_comes_back_whole,
        findings::a_record_counts_once,
        findings::records_without_id,
        findings::what_was_not_listed_counts,
        findings::entities_and_evidence_are_bounded,
        findings::nobody_is_a_key,
        findings::rules_are_mended,
        findings::sentences_speak_of_the_whole,
        findings::statuses,
        listing::listing,
        listing::pages,
        listing::orders,
        listing::people,
        listing::prefixes,
        epochs::rejects,
        objects::pruning,
        listing::hostile_text,
    ];
    for test in tests {
        let store = make(MANY);
        test(&*store);
        assert_sound(&*store);
    }
    let store = make(5);
    findings::occurrences_are_bounded(&*store);
    assert_sound(&*store);
}

fn empty(store: &dyn Store) {
    assert_eq!(store.begin_epoch().expect("a number"), EpochId(1));
    assert_eq!(store.last_epoch().expect("read"), None);
    assert_eq!(store.engine().expect("read"), None);
    assert!(store.findings(&Filter::default()).expect("read").items.is_empty());
    assert!(store.rejects().expect("read").is_empty());
    assert_eq!(store.numbers().expect("read").findings, 0);
}

fn mark<'m>(name: &'m str, fingerprint: &'m str) -> Mark<'m> {
    Mark { name, size: 100, fingerprint }
}
