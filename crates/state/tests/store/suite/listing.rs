//! Asking for findings.

use watchfire_model::{Entity, EntityKind, EventTime, Severity};
use watchfire_state::{Epoch, Error, Filter, FindingId, FindingStatus, Order, Store, StoredFinding};

use super::mark;
use crate::build::{commit, finding, keyed, object, occurrence};

fn ids(store: &dyn Store, filter: Filter) -> Vec<String> {
    let page = store.findings(&filter).expect("read");
    page.items.iter().map(|stored| stored.about.as_deref().unwrap_or_default().to_owned()).collect()
}

pub fn listing(store: &dyn Store) {
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

pub fn pages(store: &dyn Store) {
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

pub fn orders(store: &dyn Store) {
    let findings = (0..25_i64).map(|number| {
        let occurrences: Vec<_> = (0..=number % 4).map(|at| occurrence("1", 100 - number % 7 + at * 10, "a")).collect();
        keyed(&format!("{number:02}"), finding("r", Severity::ALL[number as usize % 5], &occurrences))
    });
    commit(store, findings.collect());
    for order in [Order::Urgency, Order::Latest, Order::Earliest, Order::Count] {
        let page = store.findings(&Filter { order, ..Filter::default() }).expect("read");
        let sign = |stored: &StoredFinding| match order {
            Order::Urgency => Severity::ALL.iter().position(|severity| *severity == stored.finding.severity).map_or(0, |at| at as i64),
            Order::Latest => -stored.finding.last_time.0,
            Order::Earliest => stored.finding.time.0,
            Order::Count => -(stored.finding.count as i64),
        };
        assert!(page.items.is_sorted_by_key(sign), "{order:?}");
        let whole = ids(store, Filter { order, ..Filter::default() });
        let (mut token, mut paged) = (None, Vec::new());
        loop {
            let page = store.findings(&Filter { order, limit: 4, token, ..Filter::default() }).expect("read");
            paged.extend(page.items.iter().map(|stored| stored.about.as_deref().unwrap_or_default().to_owned()));
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{order:?}");
    }
    let other = Filter { order: Order::Count, token: Some("1.2.3".into()), ..Filter::default() };
    assert!(matches!(store.findings(&other), Err(Error::BadToken(_))), "a token of another order");
}

pub fn people(store: &dyn Store) {
    let entity = |kind, id: &str| Entity { kind, id: id.into() };
    let mut alice = finding("r", Severity::High, &[occurrence("1", 1, "a")]);
    alice.entities =
        vec![entity(EntityKind::Principal, "arn:aws:iam::111122223333:user/Alice"), entity(EntityKind::Account, "111122223333")];
    let mut bob = finding("r", Severity::Low, &[occurrence("1", 1, "a")]);
    bob.entities = vec![entity(EntityKind::SessionIssuer, "role/bob_1"), entity(EntityKind::Resource, "user/alice")];
    let (alice, bob) = (keyed("alice", alice), keyed("bob", bob));
    let bobs = bob.id();
    commit(store, vec![alice, bob]);
    let all = Filter::default;
    assert_eq!(ids(store, Filter { principal: Some("user/alice".into()), ..all() }), ["alice"], "who acted, not what was acted on");
    assert_eq!(ids(store, Filter { principal: Some("B_1".into()), ..all() }), ["bob"]);
    assert!(ids(store, Filter { principal: Some("b%1".into()), ..all() }).is_empty());
    assert_eq!(ids(store, Filter { account: Some("111122223333".into()), ..all() }), ["alice"]);
    assert!(ids(store, Filter { account: Some("user/alice".into()), ..all() }).is_empty());
    store.set_status(&[bobs], FindingStatus::Suppressed, "", EventTime(1)).expect("set");
    assert_eq!(ids(store, Filter { statuses: vec![FindingStatus::New, FindingStatus::Resolved], ..all() }), ["alice"]);
    assert_eq!(ids(store, Filter { statuses: FindingStatus::ALL.to_vec(), ..all() }), ["alice", "bob"]);
    assert_eq!(store.tally(&all()).expect("counted"), [(Severity::High, 1), (Severity::Low, 1)]);
    let suppressed = Filter { statuses: vec![FindingStatus::Suppressed], limit: 1, token: Some("1.1.1".into()), ..all() };
    assert_eq!(store.tally(&suppressed).expect("counted"), [(Severity::Low, 1)]);
}

pub fn prefixes(store: &dyn Store) {
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

pub fn hostile_text(store: &dyn Store) {
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
