//! What holds for every store. An implementation gives a maker of empty stores that keep so many occurrences of one finding.

use watchfire_model::{EventTime, RejectReason, Severity};
use watchfire_state::{Committed, Epoch, EpochId, Error, Filter, FindingId, FindingStatus, KeyedFinding, Mark, Pruned, Store};

use crate::build::{assert_sound, commit, finding, keyed, object, occurrence, reject, told};

/// Makes an empty store.
pub type Make<'m> = &'m dyn Fn(u64) -> Box<dyn Store>;

const MANY: u64 = 10_000;

/// The whole suite.
pub fn run(make: Make<'_>) {
    let tests: &[fn(&dyn Store)] = &[
        empty,
        seen_objects,
        a_long_listing,
        epochs_are_numbered,
        epochs_repeat,
        a_failed_epoch_leaves_nothing,
        the_engine_is_kept,
        a_finding_comes_back_whole,
        a_record_counts_once,
        records_without_id,
        what_was_not_listed_counts,
        entities_and_evidence_are_bounded,
        nobody_is_a_key,
        rules_are_mended,
        listing,
        pages,
        prefixes,
        rejects,
        pruning,
        hostile_text,
    ];
    for test in tests {
        let store = make(MANY);
        test(&*store);
        assert_sound(&*store);
    }
    let store = make(5);
    occurrences_are_bounded(&*store);
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

fn seen_objects(store: &dyn Store) {
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
fn a_long_listing(store: &dyn Store) {
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

fn epochs_are_numbered(store: &dyn Store) {
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

fn epochs_repeat(store: &dyn Store) {
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
fn a_failed_epoch_leaves_nothing(store: &dyn Store) {
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

fn the_engine_is_kept(store: &dyn Store) {
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

fn a_finding_comes_back_whole(store: &dyn Store) {
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

fn a_record_counts_once(store: &dyn Store) {
    let twice = [occurrence("1", 1, "b"), occurrence("2", 1, "b")];
    let again = [occurrence("1", 1, "a"), occurrence("2", 2, "b"), occurrence("2", 1, "c")];
    commit(store, vec![keyed("x", finding("r", Severity::Low, &twice))]);
    commit(store, vec![keyed("x", finding("r", Severity::Low, &again)), keyed("y", finding("r", Severity::Low, &again))]);
    let stored = store.finding(&FindingId::of("r-id", Some("x")).to_string()).expect("there");
    assert_eq!(stored.finding.count, 3, "the same id at another time is another record");
    assert_eq!(stored.finding.records, [occurrence("1", 1, "a"), occurrence("2", 1, "b"), occurrence("2", 2, "b")]);
    assert_eq!(store.finding(&FindingId::of("r-id", Some("y")).to_string()).expect("there").finding.count, 3);
}

fn records_without_id(store: &dyn Store) {
    let twins = [occurrence("", 1, "a"), occurrence("", 1, "a"), occurrence("", 1, "b")];
    for _ in 0..2 {
        commit(store, vec![keyed("x", finding("r", Severity::Low, &twins))]);
        let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
        assert_eq!((stored.count, stored.records.len(), stored.records_omitted), (3, 2, 1), "two in one object at one time are two");
    }
    commit(store, vec![keyed("x", finding("r", Severity::Low, &[occurrence("", 1, "a"), occurrence("", 2, "a")]))]);
    assert_eq!(store.findings(&Filter::default()).expect("read").items[0].finding.count, 4);
}

fn what_was_not_listed_counts(store: &dyn Store) {
    let mut given = finding("r", Severity::Low, &[occurrence("1", 1, "a")]);
    given.count = 41;
    given.records_omitted = 40;
    given.last_time = EventTime(1_000);
    commit(store, vec![keyed("x", given)]);
    commit(store, vec![keyed("x", finding("r", Severity::Low, &[occurrence("2", 2, "a")]))]);
    let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
    assert_eq!((stored.count, stored.records_omitted, stored.last_time), (42, 40, EventTime(1_000)));
}

fn occurrences_are_bounded(store: &dyn Store) {
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

fn entities_and_evidence_are_bounded(store: &dyn Store) {
    for part in (0..10).rev() {
        let mut given = finding("r", Severity::Low, &[occurrence(&format!("e{part}"), part, "a")]);
        let kind = given.entities[0].kind;
        given.entities = (0..25).map(|at| watchfire_model::Entity { kind, id: format!("{at:02}-{part}").into() }).collect();
        commit(store, vec![keyed("x", given)]);
    }
    let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
    assert_eq!(stored.entities.len(), 100);
    assert_eq!(stored.entities.last().map(|entity| &*entity.id), Some("09-9"), "the first by name");
    let evidence: Vec<&str> = stored.evidence.iter().map(|evidence| &*evidence.event_id).collect();
    assert_eq!(evidence, ["e0", "e1", "e2"], "the earliest");
    assert_eq!(stored.evidence[1].matched[0].actual, "e1");
}

fn nobody_is_a_key(store: &dyn Store) {
    let one = finding("r", Severity::Low, &[occurrence("1", 1, "a")]);
    commit(store, vec![KeyedFinding { about: None, finding: one.clone() }, keyed("", one.clone()), keyed("x", one)]);
    let page = store.findings(&Filter::default()).expect("read");
    let about: Vec<_> = page.items.iter().map(|stored| stored.about.as_deref()).collect();
    assert_eq!(about, [None, Some(""), Some("x")]);
}

fn rules_are_mended(store: &dyn Store) {
    let occurrences = [occurrence("1", 1, "a")];
    commit(store, vec![keyed("x", finding("r", Severity::Low, &occurrences))]);
    let mut mended = finding("r", Severity::High, &occurrences);
    mended.why = "It matters more.".into();
    commit(store, vec![keyed("x", mended)]);
    let stored = &store.findings(&Filter::default()).expect("read").items[0].finding;
    assert_eq!((stored.severity, &*stored.why, stored.count), (Severity::High, "It matters more.", 1));
}

fn ids(store: &dyn Store, filter: Filter) -> Vec<String> {
    let page = store.findings(&filter).expect("read");
    page.items.iter().map(|stored| stored.about.as_deref().unwrap_or_default().to_owned()).collect()
}

fn listing(store: &dyn Store) {
    let mut odd = finding("odd", Severity::High, &[occurrence("4", 40, "a")]);
    odd.finding_type = "Other:Type/X".into();
    odd.summary = "100% of a_b\\c".into();
    commit(
        store,
        vec![
            keyed("low", finding("r", Severity::Low, &[occurrence("1", 10, "a"), occurrence("1", 30, "a")])),
            keyed("critical", finding("r", Severity::Critical, &[occurrence("2", 20, "a")])),
            keyed("later", finding("r", Severity::Low, &[occurrence("3", 31, "a")])),
            keyed("odd", odd),
        ],
    );
    let all = Filter::default;
    assert_eq!(ids(store, all()), ["critical", "odd", "later", "low"], "most urgent, then last seen");
    assert_eq!(ids(store, Filter { severity: Some(Severity::High), ..all() }), ["critical", "odd"]);
    assert_eq!(ids(store, Filter { rule: Some("odd".into()), ..all() }), ["odd"], "by name");
    assert_eq!(ids(store, Filter { rule: Some("odd-id".into()), ..all() }), ["odd"], "by id");
    assert_eq!(ids(store, Filter { finding_type: Some("Other:Type/X".into()), ..all() }), ["odd"]);
    assert_eq!(ids(store, Filter { entity: Some("198.51.100.3".into()), ..all() }), ["later", "low"], "31 and 10 leave 3");
    assert!(ids(store, Filter { entity: Some("198.51.100".into()), ..all() }).is_empty(), "whole ids");
    assert_eq!(ids(store, Filter { from: Some(EventTime(31)), ..all() }), ["odd", "later"]);
    assert_eq!(ids(store, Filter { to: Some(EventTime(20)), ..all() }), ["critical", "low"]);
    assert_eq!(ids(store, Filter { from: Some(EventTime(21)), to: Some(EventTime(30)), ..all() }), ["low"], "spans the time");
    let text = |text: &str| ids(store, Filter { text: Some(text.into()), ..all() });
    assert_eq!(text("ABOUT ODD"), ["odd"]);
    assert_eq!(text("100% of a_"), ["odd"]);
    assert_eq!(text(r"b\c"), ["odd"]);
    assert!(text("a%b").is_empty() && text("a_of").is_empty(), "no pattern");
    assert_eq!(text("51.100.3"), ["later", "low"], "in entities");
    let short = store.findings(&Filter { records_max: 1, rule: Some("r".into()), ..all() }).expect("read");
    let low = &short.items.last().expect("three").finding;
    assert_eq!((low.count, low.records.len(), low.records_omitted), (2, 1, 1));
}

fn pages(store: &dyn Store) {
    let findings = (0..25).map(|number| {
        let severity = Severity::ALL[number % 5];
        keyed(&format!("{number}"), finding("r", severity, &[occurrence("1", (number % 3) as i64, "a")]))
    });
    commit(store, findings.collect());
    let whole = ids(store, Filter::default());
    assert_eq!(whole.len(), 25);
    for limit in [1, 4, 24, 25] {
        let (mut token, mut paged) = (None, Vec::new());
        loop {
            let page = store.findings(&Filter { limit, token, ..Filter::default() }).expect("read");
            paged.extend(page.items.iter().map(|stored| stored.about.as_deref().unwrap_or_default().to_owned()));
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{limit} a page");
    }
    for token in ["", "1", "1.2", "1.2.x", "1.2.3.4", "';--"] {
        assert!(matches!(store.findings(&Filter { token: Some(token.into()), ..Filter::default() }), Err(Error::BadToken(_))), "{token:?}");
    }
    let many: Vec<_> = (0..10).map(|time| occurrence("e", time, "a")).collect();
    let one = keyed("many", finding("s", Severity::Low, &many));
    commit(store, vec![one.clone()]);
    let first = store.occurrences(one.id(), 4, None).expect("read");
    let second = store.occurrences(one.id(), 4, first.next.as_deref()).expect("read");
    let third = store.occurrences(one.id(), 4, second.next.as_deref()).expect("read");
    assert_eq!((first.items.len(), second.items.len(), third.items.len(), &third.next), (4, 4, 2, &None));
    assert_eq!([first.items, second.items, third.items].concat(), many);
    assert!(matches!(store.occurrences(one.id(), 4, Some("x")), Err(Error::BadToken(_))));
    assert!(matches!(store.occurrences(FindingId::of("none", None), 4, None), Err(Error::NotFound { .. })));
}

fn prefixes(store: &dyn Store) {
    let findings: Vec<_> = (0..40).map(|at| keyed(&format!("{at}"), finding("r", Severity::Low, &[occurrence("1", at, "a")]))).collect();
    let ids: Vec<String> = findings.iter().map(|finding| finding.id().to_string()).collect();
    commit(store, findings);
    for id in &ids {
        let shortest = (1..=32).find(|digits| ids.iter().filter(|other| other.starts_with(&id[..*digits])).count() == 1);
        let digits = shortest.expect("ids differ");
        assert_eq!(store.finding(&id[..digits]).expect("unique").id.to_string(), *id);
        assert_eq!(store.finding(&id.to_uppercase()).expect("either case").id.to_string(), *id);
        if digits > 1 {
            let meant = ids.iter().filter(|other| other.starts_with(&id[..digits - 1])).count();
            match store.finding(&id[..digits - 1]) {
                Err(Error::Ambiguous { candidates, .. }) => assert_eq!(candidates.len(), meant.min(10)),
                other => panic!("{other:?}"),
            }
        }
    }
    for none in ["", "g", "0x", "%", &format!("{}0", ids[0])] {
        assert!(matches!(store.finding(none), Err(Error::NotFound { .. })), "{none:?}");
    }
}

fn rejects(store: &dyn Store) {
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

fn pruning(store: &dyn Store) {
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

fn hostile_text(store: &dyn Store) {
    let texts = ["', (SELECT 1)); DROP TABLE finding; --", "\0", "\u{202e}%_\\", "{}\"", "🦀".repeat(3_000).as_str()].map(str::to_owned);
    for (at, text) in texts.iter().enumerate() {
        let mut given = finding(text, Severity::Low, &[occurrence(text, at as i64, text), occurrence("", at as i64, text)]);
        given.why = text.as_str().into();
        given.evidence[0].record = text.clone();
        given.entities[0].id = text.as_str().into();
        let one = keyed(text, given.clone());
        commit(store, vec![one.clone()]);
        let stored = store.finding(&one.id().to_string()).expect("there");
        assert_eq!(serde_json::to_string(&stored.finding).expect("JSON"), serde_json::to_string(&given).expect("JSON"));
        assert_eq!(ids(store, Filter { entity: Some(text.clone()), ..Filter::default() }), [text.as_str()]);
        let mut epoch = Epoch::new(store.begin_epoch().expect("a number"), EventTime(0));
        epoch.objects = vec![object(text, text)];
        store.commit_epoch(&epoch).expect("committed");
        assert!(store.is_seen(mark(text, text)).expect("read"));
        assert!(store.unseen(&[mark(text, text)]).expect("read").is_empty());
    }
}
