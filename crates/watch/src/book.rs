//! The findings of a run, upserted by a stable key while records pass, closed at the end.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use watchfire_detect::{CorrelationHit, Meta, RuleKind};
use watchfire_model::{Entity, EntityKind, EventTime, Evidence, Finding, Occurrence, Record, cloudtrail};

use crate::entity::{self, Actor};
use crate::{Engine, summary};

/// What a finding is upserted by: the rule, the account, whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    rule: KeyRule,
    about: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum KeyRule {
    Rule(usize),
    Correlation(usize),
}

/// A finding while records still come.
#[derive(Debug, Default)]
struct Draft {
    count: u64,
    last: EventTime,
    occurrences: Vec<Occurrence>,
    entities: HashSet<Entity>,
    /// The earliest records, with their text.
    evidence: Vec<(Occurrence, String)>,
}

/// All drafts of a worker, or of several joined.
#[derive(Debug, Default)]
pub(crate) struct Book {
    drafts: HashMap<Key, Draft, foldhash::fast::FixedState>,
    occurrences: usize,
}

/// Occurrences listed in one finding; the earliest are kept, the rest counted.
const OCCURRENCES_MAX: usize = 10_000;

/// Occurrences listed in one finding once the book as a whole holds [`BOOK_OCCURRENCES_MAX`].
const OCCURRENCES_MAX_WHEN_FULL: usize = 100;

/// Occurrences held by one book: 60 bytes each, so some 60 MB a worker.
const BOOK_OCCURRENCES_MAX: usize = 1_000_000;

/// Records kept whole in one finding.
pub(crate) const EVIDENCE_MAX: usize = 3;

/// A record longer than this is kept cut: a finding is read by people.
const EVIDENCE_BYTES_MAX: usize = 256 * 1024;

/// Different entities listed in one finding.
const ENTITIES_MAX: usize = 200;

impl Book {
    /// A rule matched a record.
    pub(crate) fn matched(&mut self, rule: usize, record: &Record<'_>, occurrence: &Occurrence) {
        let actor = Actor::of(record);
        let account = record.text(cloudtrail::RECIPIENT_ACCOUNT_ID).unwrap_or_default();
        let key = Key { rule: KeyRule::Rule(rule), about: format!("{account} {}", actor.stable()).into() };
        let full = self.occurrences >= BOOK_OCCURRENCES_MAX;
        let draft = self.drafts.entry(key).or_default();
        self.occurrences += draft.occur(std::slice::from_ref(occurrence), full);
        if draft.entities.len() < ENTITIES_MAX {
            entity::of_record(record, &actor, &mut draft.entities);
        }
        draft.witness(occurrence, || record.raw().to_owned());
    }

    /// A correlation fired.
    pub(crate) fn correlated(&mut self, hit: CorrelationHit, engine: &Engine) {
        let correlation = &engine.rules.correlations[hit.correlation];
        if correlation.quiet || correlation.parts.is_empty() {
            return;
        }
        let key = Key { rule: KeyRule::Correlation(hit.correlation), about: hit.key.join("\u{1f}").into() };
        let full = self.occurrences >= BOOK_OCCURRENCES_MAX;
        let draft = self.drafts.entry(key).or_default();
        self.occurrences += draft.occur(&hit.occurrences, full);
        let fields = correlation.sigma.group_by.iter().map(|field| aliased(&correlation.sigma, field));
        draft.entities.extend(fields.zip(&hit.key).filter_map(|(field, value)| entity::of_field(&field, value)));
    }

    /// Joins another worker's book.
    pub(crate) fn join(&mut self, other: Book) {
        self.occurrences += other.occurrences;
        for (key, theirs) in other.drafts {
            let draft = self.drafts.entry(key).or_default();
            draft.count += theirs.count;
            draft.last = draft.last.max(theirs.last);
            draft.occurrences.extend(theirs.occurrences);
            draft.entities.extend(theirs.entities);
            for (occurrence, text) in theirs.evidence {
                draft.witness(&occurrence, || text);
            }
        }
    }

    /// Turns drafts into findings.
    pub(crate) fn close(self, engine: &Engine) -> Vec<Finding> {
        let mut findings: Vec<(Key, Finding)> =
            self.drafts.into_iter().map(|(key, draft)| (key.clone(), draft.close(meta_of(engine, key.rule), engine, key.rule))).collect();
        findings.sort_by(|(key, finding), (other_key, other)| {
            (other.severity, finding.time, &finding.name, key).cmp(&(finding.severity, other.time, &other.name, other_key))
        });
        findings.into_iter().map(|(_, finding)| finding).collect()
    }
}

/// A group-by alias stands for a field; any of its meanings tells its kind.
fn aliased(rule: &rsigma_parser::CorrelationRule, field: &str) -> String {
    let alias = rule.aliases.iter().find(|alias| alias.alias == field);
    let mut meanings: Vec<&String> = alias.iter().flat_map(|alias| alias.mapping.values()).collect();
    meanings.sort();
    meanings.first().map_or_else(|| field.to_owned(), |meaning| (*meaning).clone())
}

fn meta_of(engine: &Engine, rule: KeyRule) -> &Meta {
    match rule {
        KeyRule::Rule(at) => &engine.rules.rules[at].meta,
        KeyRule::Correlation(at) => &engine.rules.correlations[at].meta,
    }
}

impl Draft {
    /// Adds occurrences; how many more are held comes back.
    fn occur(&mut self, occurrences: &[Occurrence], full: bool) -> usize {
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

    /// Keeps the earliest records whole, whatever the order they come in.
    fn witness(&mut self, occurrence: &Occurrence, text: impl FnOnce() -> String) {
        let order = |occurrence: &Occurrence| (occurrence.time, occurrence.event_id.clone());
        if self.evidence.iter().any(|(known, _)| order(known) == order(occurrence)) {
            return;
        }
        let at = self.evidence.partition_point(|(known, _)| order(known) < order(occurrence));
        if at < EVIDENCE_MAX {
            let text = text();
            if text.len() <= EVIDENCE_BYTES_MAX {
                self.evidence.insert(at, (occurrence.clone(), text));
                self.evidence.truncate(EVIDENCE_MAX);
            }
        }
    }

    fn close(mut self, meta: &Meta, engine: &Engine, rule: KeyRule) -> Finding {
        self.sort();
        self.occurrences.truncate(OCCURRENCES_MAX);
        let mut entities: Vec<Entity> = self.entities.into_iter().collect();
        entities.sort();
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
            entities,
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
            let event = serde_json::from_str(&text).unwrap_or_default();
            let matched = watchfire_detect::referee::matched(&engine.rules.rules[at], &event);
            finding.evidence.push(Evidence { event_id: occurrence.event_id, record: text, matched });
        }
        summary::fill(&mut finding, meta);
        finding
    }
}

/// The rules that a correlation stands on, down to the records.
pub(crate) fn base_rules(engine: &Engine, correlation: usize, rules: &mut Vec<usize>) {
    for part in &engine.rules.correlations[correlation].parts {
        match *part {
            RuleKind::Rule(rule) if !rules.contains(&rule) => rules.push(rule),
            RuleKind::Rule(_) => {}
            RuleKind::Correlation(inner) => base_rules(engine, inner, rules),
        }
    }
}

/// An entity of the given kind.
pub(crate) fn entity(kind: EntityKind, id: impl Into<Arc<str>>) -> Entity {
    Entity { kind, id: id.into() }
}
