//! A finding while records still come.

use serde_json::Value;
use watchfire_detect::{Meta, referee};
use watchfire_model::{Entity, EntityKind, EventTime, Evidence, Finding, Occurrence};

use crate::book::KeyRule;
use crate::entity::cut;
use crate::event::parsed;
use crate::{Engine, summary};

/// What is known so far. Whatever the order in which records come, what is kept is the same: the earliest, the first by name.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    count: u64,
    last: EventTime,
    occurrences: Vec<Occurrence>,
    /// In order, each once.
    entities: Vec<Entity>,
    /// The earliest records, with their text.
    evidence: Vec<(Occurrence, String)>,
}

/// Occurrences listed in one finding; the earliest are kept, the rest counted.
const OCCURRENCES_MAX: usize = 10_000;

/// Occurrences listed in one finding once the book as a whole is full.
const OCCURRENCES_MAX_WHEN_FULL: usize = 100;

/// Records kept whole in one finding.
pub(crate) const EVIDENCE_MAX: usize = 3;

/// A record longer than this is kept with its long texts cut: a finding is read by people.
const EVIDENCE_BYTES_MAX: usize = 16 * 1024;

/// Different entities listed in one finding.
const ENTITIES_MAX: usize = 100;

impl Draft {
    /// Adds occurrences; how many more are held comes back.
    pub(crate) fn occur(&mut self, occurrences: &[Occurrence], full: bool) -> usize {
        let before = self.occurrences.len();
        self.count += occurrences.len() as u64;
        self.last = occurrences.iter().map(|occurrence| occurrence.time).max().map_or(self.last, |time| time.max(self.last));
        let limit = if full { OCCURRENCES_MAX_WHEN_FULL } else { OCCURRENCES_MAX };
        self.occurrences.extend_from_slice(occurrences);
        if self.occurrences.len() > 2 * limit {
            self.sort();
            self.occurrences.truncate(limit);
        }
        self.occurrences.len().saturating_sub(before)
    }

    /// Oldest first, each record once: the same object read twice is not two events.
    fn sort(&mut self) {
        self.occurrences.sort_by(|a, b| (a.time, &a.event_id, &a.source).cmp(&(b.time, &b.event_id, &b.source)));
        let before = self.occurrences.len();
        self.occurrences.dedup_by(|a, b| !a.event_id.is_empty() && a.event_id == b.event_id && a.time == b.time);
        self.count -= (before - self.occurrences.len()) as u64;
    }

    /// Keeps the earliest records, whatever the order they come in.
    pub(crate) fn witness(&mut self, occurrence: &Occurrence, text: &str) {
        let order = |known: &Occurrence| known.time.cmp(&occurrence.time).then_with(|| known.event_id.cmp(&occurrence.event_id));
        let Err(at) = self.evidence.binary_search_by(|(known, _)| order(known)) else { return };
        if at < EVIDENCE_MAX
            && let Some(text) = kept(text)
        {
            self.evidence.insert(at, (occurrence.clone(), text));
            self.evidence.truncate(EVIDENCE_MAX);
        }
    }

    /// Most records of a finding name what is already there: nothing is copied for those.
    pub(crate) fn add_entity(&mut self, kind: EntityKind, id: &str) {
        let Err(at) = self.entities.binary_search_by(|known| (known.kind, &*known.id).cmp(&(kind, id))) else { return };
        if at < ENTITIES_MAX {
            self.entities.insert(at, Entity { kind, id: id.into() });
            self.entities.truncate(ENTITIES_MAX);
        }
    }

    pub(crate) fn forget_entities(&mut self) {
        self.entities.clear();
    }

    /// Adds another draft of the same finding.
    pub(crate) fn join(&mut self, other: Draft) {
        self.count += other.count;
        self.last = self.last.max(other.last);
        self.occurrences.extend(other.occurrences);
        if self.occurrences.len() > 2 * OCCURRENCES_MAX {
            self.sort();
            self.occurrences.truncate(OCCURRENCES_MAX);
        }
        other.entities.iter().for_each(|entity| self.add_entity(entity.kind, &entity.id));
        for (occurrence, text) in other.evidence {
            self.witness(&occurrence, &text);
        }
    }

    pub(crate) fn close(mut self, meta: &Meta, engine: &Engine, rule: KeyRule) -> Finding {
        self.sort();
        self.occurrences.truncate(OCCURRENCES_MAX);
        let mut finding = Finding {
            rule: meta.id.clone(),
            name: meta.name.clone(),
            finding_type: meta.finding_type.clone(),
            severity: meta.severity,
            title: meta.title.clone(),
            summary: String::new(),
            time: self.occurrences.first().map(|occurrence| occurrence.time).unwrap_or_default(),
            last_time: self.last,
            count: self.count,
            entities: self.entities,
            records_omitted: self.count.saturating_sub(self.occurrences.len() as u64),
            records: self.occurrences,
            attack: meta.attack.clone(),
            why: meta.why.clone(),
            normal: meta.normal.clone(),
            benign_causes: meta.benign_causes.clone(),
            next: meta.next.clone(),
            evidence: Vec::new(),
        };
        for (occurrence, text) in self.evidence {
            let KeyRule::Rule(at) = rule else { continue };
            let event = parsed(&text);
            let matched = referee::matched(&engine.rules.rules[at], &event);
            finding.evidence.push(Evidence { event_id: occurrence.event_id, record: text, matched });
        }
        summary::fill(&mut finding, meta);
        finding
    }
}

/// A record's text as evidence: whole, or with its long texts cut, or not at all.
pub(crate) fn kept(text: &str) -> Option<String> {
    if text.len() <= EVIDENCE_BYTES_MAX {
        return Some(text.to_owned());
    }
    let mut event = parsed(text);
    if event.is_null() {
        return None;
    }
    shorten(&mut event);
    fit(&mut event);
    Some(event.to_string()).filter(|text| text.len() <= 2 * EVIDENCE_BYTES_MAX)
}

/// Takes out the longest members until the others fit: no length of anything hides who did what.
fn fit(event: &mut Value) {
    let Value::Object(members) = event else { return };
    let mut sizes: Vec<(usize, String)> =
        members.iter().map(|(name, value)| (value.to_string().len() + name.len(), name.clone())).collect();
    sizes.sort_unstable();
    let mut whole: usize = sizes.iter().map(|(size, _)| size).sum();
    while whole > EVIDENCE_BYTES_MAX
        && let Some((size, name)) = sizes.pop()
    {
        members.remove(&name);
        whole -= size;
    }
}

/// Elements of an array that are kept.
const ELEMENTS_MAX: usize = 20;

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => *text = cut(text).into_owned(),
        Value::Array(items) => {
            items.truncate(ELEMENTS_MAX);
            items.iter_mut().for_each(shorten);
        }
        Value::Object(members) => {
            *members = std::mem::take(members).into_iter().map(|(name, value)| (cut(&name).into_owned(), value)).collect();
            members.values_mut().for_each(shorten);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_length_hides_who_did_what() {
        let long = "x".repeat(100_000);
        let many: serde_json::Map<String, Value> = (0..5_000).map(|at| (format!("member {at}"), json!({ "a": 1 }))).collect();
        for odd in [json!({ "requestParameters": { &*long: long } }), json!({ "requestParameters": many }), json!({ &*long: [long] })] {
            let mut event = json!({"eventName": "StopLogging", "userIdentity": {"arn": "arn:aws:iam::111122223333:user/mallory"}});
            event.as_object_mut().expect("an object").append(&mut odd.as_object().cloned().expect("an object"));
            let kept = parsed(&kept(&event.to_string()).expect("kept, if not whole"));
            assert_eq!((&kept["eventName"], &kept["userIdentity"]), (&event["eventName"], &event["userIdentity"]));
        }
        assert_eq!(kept(&format!("[{}", " ".repeat(20_000))), None, "no JSON");
    }
}
