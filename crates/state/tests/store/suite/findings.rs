//! How findings join.

use watchfire_model::{Entity, EventTime, Finding, Occurrence, Severity};
use watchfire_state::{Epoch, EpochId, Error, Filter, FindingId, FindingStatus, KeyedFinding, Store};

use crate::build::{assert_sound, commit, finding, keyed, occurrence};

pub fn a_finding_comes_back_whole(store: &dyn Store) {
    let mut given = finding("r", Severity::Critical, &[occurrence("1", 1, "a"), occurrence("2", 2, "b"), occurrence("3", -3, "c")]);
    given.evidence[0].matched = vec![];
    let keyed = keyed("111122223333 alice", given.clone());
    commit(store, vec![keyed.clone()]);
    let stored = store.finding(&keyed.id().to_string()).expect("there");
    assert_eq!(serde_json::to_string(&stored.finding).expect("JSON"), serde_json::to_string(&given).expect("JSON"));
    assert_eq!((stored.id, stored.about.as_deref(), stored.status), (keyed.id(), Some("111122223333 alice"), FindingStatus::New));
    assert_eq!((stored.created, stored.updated), (EventTime(60_000), EventTime(60_000)));
    commit(store, vec![keyed.clone()]);
    assert_eq!(store.finding(&stored.id.short()).expect("there").updated, EventTime(60_000), "nothing new");
    assert_eq!(store.last_epoch().expect("read").expect("two").findings, 0, "nothing changed");
    commit(store, vec![KeyedFinding { finding: finding("r", Severity::Critical, &[occurrence("4", 9, "a")]), ..keyed }]);
    let stored = store.finding(&stored.id.short()).expect("there");
    assert_eq!((stored.created, stored.updated, stored.finding.count), (EventTime(60_000), EventTime(180_000), 4));
    assert_eq!((stored.finding.time, stored.finding.last_time), (EventTime(-3), EventTime(9)));
    assert_eq!(stored.finding.summary, given.summary, "the summary speaks of the first record");
}

pub fn a_record_counts_once(store: &dyn Store) {
    let twice = [occurrence("1", 1, "b"), occurrence("2", 1, "b")];
    let again = [occurrence("1", 1, "a"), occurrence("2", 2, "b"), occurrence("2", 1, "c")];
    commit(store, vec![keyed("x", finding("r", Severity::Low, &twice))]);
    commit(store, vec![keyed("x", finding("r", Severity::Low, &again)), keyed("y", finding("r", Severity::Low, &again))]);
    let stored = store.finding(&FindingId::of("r-id", Some("x")).to_string()).expect("there");
    assert_eq!(stored.finding.count, 3, "the same id at another time is another record");
    assert_eq!(stored.finding.records, [occurrence("1", 1, "a"), occurrence("2", 1, "b"), occurrence("2", 2, "b")]);
    assert_eq!(store.finding(&FindingId::of("r-id", Some("y")).to_string()).expect("there").finding.count, 3);
}

pub fn records_without_id(store: &dyn Store) {
    let twins = [occurrence("", 1, "a"), occurrence("", 1, "a"), occurrence("", 1, "b")];
    for _ in 0..2 {
        commit(store, vec![keyed("x", finding("r", Severity::Low, &twins))]);
        let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
        assert_eq!((stored.count, stored.records.len(), stored.records_omitted), (3, 2, 1), "two in one object at one time are two");
    }
    commit(store, vec![keyed("x", finding("r", Severity::Low, &[occurrence("", 1, "a"), occurrence("", 2, "a")]))]);
    assert_eq!(store.findings(&Filter::default()).expect("read").items[0].finding.count, 4);
}

pub fn what_was_not_listed_counts(store: &dyn Store) {
    let mut given = finding("r", Severity::Low, &[occurrence("1", 1, "a")]);
    given.count = 41;
    given.records_omitted = 40;
    given.last_time = EventTime(1_000);
    commit(store, vec![keyed("x", given)]);
    commit(store, vec![keyed("x", finding("r", Severity::Low, &[occurrence("2", 2, "a")]))]);
    let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
    assert_eq!((stored.count, stored.records_omitted, stored.last_time), (42, 40, EventTime(1_000)));
}

pub fn occurrences_are_bounded(store: &dyn Store) {
    for time in [9, 3, 7, 1, 8, 2, 6, 4, 5] {
        let pair = [occurrence("a", time, "s"), occurrence("", time, "s"), occurrence("", time, "s")];
        commit(store, vec![keyed("x", finding("r", Severity::Low, &pair))]);
        assert_sound(store);
    }
    let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
    assert_eq!((stored.count, stored.records_omitted), (27, 22));
    let kept: Vec<(i64, &str)> = stored.records.iter().map(|record| (record.time.0, &*record.event_id)).collect();
    assert_eq!(kept, [(1, ""), (1, "a"), (2, ""), (2, "a"), (3, "")], "the earliest");
    assert_eq!((stored.time, stored.last_time), (EventTime(1), EventTime(9)));
    let kept = [occurrence("a", 1, "s"), occurrence("", 3, "s"), occurrence("", 3, "s")];
    commit(store, vec![keyed("x", finding("r", Severity::Low, &kept))]);
    let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
    assert_eq!((stored.count, stored.records_omitted), (27, 22), "those kept are known again, the last one too");
}

pub fn entities_and_evidence_are_bounded(store: &dyn Store) {
    for part in (0..10).rev() {
        let mut given = finding("r", Severity::Low, &[occurrence(&format!("e{part}"), part, "a")]);
        let kind = given.entities[0].kind;
        given.entities = (0..25).map(|at| Entity { kind, id: format!("{at:02}-{part}").into() }).collect();
        commit(store, vec![keyed("x", given)]);
    }
    let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
    assert_eq!(stored.entities.len(), 100);
    assert_eq!(stored.entities.last().map(|entity| &*entity.id), Some("09-9"), "the first by name");
    let evidence: Vec<&str> = stored.evidence.iter().map(|evidence| &*evidence.event_id).collect();
    assert_eq!(evidence, ["e0", "e1", "e2"], "the earliest");
    assert_eq!(stored.evidence[1].matched[0].actual, "e1");
}

pub fn nobody_is_a_key(store: &dyn Store) {
    let one = finding("r", Severity::Low, &[occurrence("1", 1, "a")]);
    commit(store, vec![KeyedFinding { about: None, finding: one.clone() }, keyed("", one.clone()), keyed("x", one)]);
    let page = store.findings(&Filter::default()).expect("read");
    let about: Vec<_> = page.items.iter().map(|stored| stored.about.as_deref()).collect();
    assert_eq!(about, [None, Some(""), Some("x")]);
}

pub fn rules_are_mended(store: &dyn Store) {
    let occurrences = [occurrence("1", 1, "a")];
    commit(store, vec![keyed("x", finding("r", Severity::Low, &occurrences))]);
    let mut mended = finding("r", Severity::High, &occurrences);
    mended.why = "It matters more.".into();
    commit(store, vec![keyed("x", mended)]);
    let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
    assert_eq!((stored.severity, &*stored.why, stored.count), (Severity::High, "It matters more.", 1));
}

pub fn sentences_speak_of_the_whole(store: &dyn Store) {
    let phrase = |finding: &mut Finding| {
        let first = finding.evidence.first().map(|evidence| evidence.record.clone()).unwrap_or_default();
        finding.summary = format!("{} of {} addresses, first {first}", finding.count, finding.entities.len() - 1);
        finding.next = vec![format!("look at all {}", finding.count)];
    };
    let commit = |about: &str, occurrences: &[Occurrence]| {
        let mut epoch = Epoch::new(store.begin_epoch().expect("a number"), EventTime(0));
        let mut told = finding("r", Severity::Low, occurrences);
        phrase(&mut told);
        epoch.findings = vec![keyed(about, told)];
        store.commit_epoch_phrased(&epoch, &phrase).expect("committed");
    };
    commit("parts", &[occurrence("2", 2, "a"), occurrence("3", 3, "a")]);
    commit("parts", &[occurrence("5", 5, "a")]);
    commit("parts", &[occurrence("1", 1, "a"), occurrence("2", 2, "a")]);
    commit("whole", &[occurrence("1", 1, "a"), occurrence("2", 2, "a"), occurrence("3", 3, "a"), occurrence("5", 5, "a")]);
    let told = |about: &str| {
        let finding = store.finding(&FindingId::of("r-id", Some(about)).to_string()).expect("there").finding;
        (finding.summary, finding.next)
    };
    assert_eq!(told("parts"), told("whole"));
    assert_eq!(told("parts").0, r#"4 of 4 addresses, first {"eventID":"1"}"#);
    assert_sound(store);
}

pub fn statuses(store: &dyn Store) {
    let about = ["one", "two", "three"];
    commit(store, about.map(|about| keyed(about, finding("r", Severity::Low, &[occurrence("1", 1, "a")]))).to_vec());
    let [one, two, three] = about.map(|about| FindingId::of("r-id", Some(about)));
    let of = |id: FindingId| store.finding(&id.to_string()).expect("there").status;
    assert_eq!(store.set_status(&[one, two], FindingStatus::Resolved, "a drill", EventTime(5)).expect("set"), 2);
    assert_eq!(store.set_status(&[one, three], FindingStatus::Resolved, "", EventTime(6)).expect("set"), 1, "one was already");
    assert_eq!(store.set_status(&[three], FindingStatus::Suppressed, "the scanner", EventTime(7)).expect("set"), 1);
    let none = FindingId::of("none", None);
    let failed = store.set_status(&[one, none], FindingStatus::New, "", EventTime(8)).expect_err("no such finding");
    assert!(matches!(failed, Error::NotFound { .. }));
    assert_eq!([of(one), of(two), of(three)], [FindingStatus::Resolved, FindingStatus::Resolved, FindingStatus::Suppressed]);
    assert!(matches!(store.status_changes(none), Err(Error::NotFound { .. })));
    // The same records again are no news; others are, but for what nobody wants to see.
    commit(store, about.map(|about| keyed(about, finding("r", Severity::Low, &[occurrence("1", 1, "b")]))).to_vec());
    assert_eq!(of(one), FindingStatus::Resolved);
    let again = [("one", "2"), ("three", "2")].map(|(about, id)| keyed(about, finding("r", Severity::Low, &[occurrence(id, 9, "a")])));
    commit(store, again.to_vec());
    assert_eq!([of(one), of(two), of(three)], [FindingStatus::New, FindingStatus::Resolved, FindingStatus::Suppressed]);
    let changes = store.status_changes(one).expect("read");
    let told: Vec<_> = changes.iter().map(|change| (change.at.0, change.status, &*change.note, change.epoch)).collect();
    let expected = [
        (5, FindingStatus::Resolved, "a drill", None),
        (6, FindingStatus::Resolved, "", None),
        (180_000, FindingStatus::New, "it happened again", Some(EpochId(3))),
    ];
    assert_eq!(told, expected);
    assert_sound(store);
}
