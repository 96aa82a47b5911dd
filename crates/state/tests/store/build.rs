//! Findings and epochs to test with.

use std::collections::{BTreeMap, BTreeSet};

use watchfire_model::{
    Attack, Entity, EntityKind, EventTime, Evidence, Finding, MatchedPredicate, Occurrence, Reject, RejectReason, Severity,
};
use watchfire_state::{Epoch, EpochId, KeyedFinding, Object, Store, StoredFinding};

pub fn occurrence(event_id: &str, time: i64, source: &str) -> Occurrence {
    Occurrence { event_id: event_id.into(), time: EventTime(time), source: source.into() }
}

/// A finding with these occurrences, as the engines make it: sorted, each record with an id once, the earliest three kept whole.
/// Entities and evidence follow from the occurrences.
pub fn finding(rule: &str, severity: Severity, occurrences: &[Occurrence]) -> Finding {
    let mut records = occurrences.to_vec();
    records.sort_by(|a, b| (a.time, &a.event_id, &a.source).cmp(&(b.time, &b.event_id, &b.source)));
    records.dedup_by(|a, b| !a.event_id.is_empty() && a.event_id == b.event_id && a.time == b.time);
    let entities: BTreeSet<Entity> = records
        .iter()
        .flat_map(|record| {
            [(EntityKind::Address, format!("198.51.100.{}", record.time.0 % 7)), (EntityKind::Account, "111122223333".into())]
        })
        .map(|(kind, id)| Entity { kind, id: id.into() })
        .collect();
    let mut texts: BTreeMap<(EventTime, _), String> = BTreeMap::new();
    for record in &records {
        texts.entry((record.time, record.event_id.clone())).or_insert_with(|| format!(r#"{{"eventID":"{}"}}"#, record.event_id));
    }
    let predicate =
        |id: &str| MatchedPredicate { field: "eventID".into(), operator: "equals".into(), expected: "*".into(), actual: id.to_owned() };
    let evidence =
        texts.into_iter().take(3).map(|((_, event_id), record)| Evidence { matched: vec![predicate(&event_id)], event_id, record });
    let first = records.first().expect("an occurrence");
    Finding {
        rule: format!("{rule}-id").into(),
        name: rule.into(),
        finding_type: "Stealth:IAMUser/CloudTrailLoggingDisabled".into(),
        severity,
        title: format!("About {rule}").into(),
        summary: format!("{rule} first at {}", first.time),
        time: first.time,
        last_time: records.last().expect("an occurrence").time,
        count: records.len() as u64,
        entities: entities.into_iter().collect(),
        attack: Attack { tactics: vec!["defense-evasion".into()], techniques: vec!["T1562.008".into()] },
        why: "It matters.".into(),
        normal: "Never.".into(),
        benign_causes: vec!["A migration".into()],
        next: vec![format!("Ask who it was at {}", first.time)],
        evidence: evidence.collect(),
        records,
        records_omitted: 0,
    }
}

pub fn keyed(about: &str, finding: Finding) -> KeyedFinding {
    KeyedFinding { about: Some(about.into()), finding }
}

pub fn object(name: &str, fingerprint: &str) -> Object {
    Object { name: name.into(), size: 100, fingerprint: fingerprint.into(), records: 10, rejects: 1 }
}

pub fn reject(reason: RejectReason, source: &str, offset: u64) -> Reject {
    Reject { reason, source: source.into(), offset, detail: format!("at {offset}"), excerpt: vec![b'x'; 5_000] }
}

/// Commits findings as the next epoch, at a minute that follows from its number.
pub fn commit(store: &dyn Store, findings: Vec<KeyedFinding>) -> EpochId {
    let id = store.begin_epoch().expect("a number");
    let mut epoch = Epoch::new(id, EventTime(id.0 as i64 * 60_000));
    epoch.findings = findings;
    epoch.objects.push(object(&format!("object-{id}"), "e"));
    store.commit_epoch(&epoch).expect("committed");
    id
}

/// Everything a stored finding says but its dates, to compare.
pub fn told(stored: &StoredFinding) -> String {
    let about = stored.about.as_deref().unwrap_or("nobody");
    format!("{} {about} {} {}", stored.id, stored.status, serde_json::to_string_pretty(&stored.finding).expect("JSON"))
}

pub fn assert_sound(store: &dyn Store) {
    assert_eq!(store.verify().expect("verified"), []);
}
