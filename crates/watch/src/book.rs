//! The findings of a run, upserted by a stable key while records pass, closed at the end.

use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::HashMap;
use watchfire_detect::{CorrelationHit, Meta};
use watchfire_model::{Finding, Occurrence, Record, Severity, cloudtrail};

use crate::draft::Draft;
use crate::entity::{self, Actor, cut};
use crate::{Engine, Keyed};

/// What a finding is upserted by: the rule, the account, whom it is about; nobody for the identities that a full book folded away.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    rule: KeyRule,
    about: Option<Box<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum KeyRule {
    Rule(usize),
    Correlation(usize),
}

/// All drafts of a worker, or of several joined.
///
/// A book is bounded: of more than [`DRAFTS_MAX`] findings the least severe are folded into one finding a rule, among equals by a hash of
/// their key. That choice depends on the keys alone, so that it does not show what was read first.
#[derive(Debug, Default)]
pub(crate) struct Book {
    drafts: HashMap<Key, Draft, foldhash::fast::FixedState>,
    /// The drafts about somebody, the first to be folded away first.
    order: BTreeSet<(Severity, u64, Key)>,
    occurrences: usize,
    /// Matches of rules below the engine's floor.
    below: u64,
}

/// Findings kept apart in one book. More than this nobody reads; each may hold some 50 KB of evidence and entities.
const DRAFTS_MAX: usize = 3_000;

/// Occurrences held by one book: 60 bytes each, so some 60 MB a worker. Past that findings list fewer.
const BOOK_OCCURRENCES_MAX: usize = 1_000_000;

impl Book {
    /// A rule matched a record.
    pub(crate) fn matched(&mut self, rule: usize, record: &Record<'_>, occurrence: &Occurrence, engine: &Engine) {
        if engine.rules.rules[rule].meta.severity < engine.floor {
            self.below += 1;
            return;
        }
        let actor = Actor::of(record);
        let account = record.text(cloudtrail::RECIPIENT_ACCOUNT_ID).unwrap_or_default();
        let about = format!("{} {}", cut(&account), cut(actor.stable()));
        let full = self.occurrences >= BOOK_OCCURRENCES_MAX;
        let (draft, is_somebody) = self.draft(KeyRule::Rule(rule), about, engine);
        let added = draft.occur(std::slice::from_ref(occurrence), full);
        if is_somebody {
            entity::of_record(record, &actor, &mut |kind, id| draft.add_entity(kind, id));
        }
        draft.witness(occurrence, record.raw());
        self.occurrences += added;
    }

    /// A correlation fired.
    pub(crate) fn correlated(&mut self, hit: CorrelationHit, engine: &Engine) {
        let correlation = &engine.rules.correlations[hit.correlation];
        if correlation.quiet || correlation.parts.is_empty() {
            return;
        }
        if correlation.meta.severity < engine.floor {
            self.below += u64::from(hit.begins);
            return;
        }
        let full = self.occurrences >= BOOK_OCCURRENCES_MAX;
        let (draft, is_somebody) = self.draft(KeyRule::Correlation(hit.correlation), hit.key.join("\u{1f}"), engine);
        let added = draft.occur(&hit.occurrences, full);
        if is_somebody {
            let fields = correlation.sigma.group_by.iter().map(|field| aliased(&correlation.sigma, field));
            let entities = fields.zip(hit.key.iter()).filter_map(|(field, value)| entity::of_field(&field, value));
            entities.for_each(|entity| draft.add_entity(entity.kind, &entity.id));
        }
        self.occurrences += added;
    }

    /// The draft of a key, and whether it is one of its own.
    fn draft(&mut self, rule: KeyRule, about: String, engine: &Engine) -> (&mut Draft, bool) {
        let key = Key { rule, about: Some(about.into()) };
        if !self.drafts.contains_key(&key) {
            self.order.insert(place(&key, engine));
            self.drafts.insert(key.clone(), Draft::default());
            self.shrink();
        }
        let is_somebody = self.drafts.contains_key(&key);
        let key = if is_somebody { key } else { Key { rule, about: None } };
        (self.drafts.entry(key).or_default(), is_somebody)
    }

    /// Folds away what is too much.
    fn shrink(&mut self) {
        while self.order.len() > DRAFTS_MAX {
            let Some((.., key)) = self.order.pop_first() else { return };
            let Some(mut draft) = self.drafts.remove(&key) else { continue };
            draft.forget_entities();
            self.drafts.entry(Key { rule: key.rule, about: None }).or_default().join(draft);
        }
    }

    /// Joins another worker's book.
    pub(crate) fn join(&mut self, other: Book, engine: &Engine) {
        self.occurrences += other.occurrences;
        self.below += other.below;
        for (key, theirs) in other.drafts {
            if key.about.is_some() {
                self.order.insert(place(&key, engine));
            }
            self.drafts.entry(key).or_default().join(theirs);
        }
        self.shrink();
    }

    /// How often rules below the engine's floor matched.
    pub(crate) fn below(&self) -> u64 {
        self.below
    }

    /// Turns drafts into findings.
    pub(crate) fn close(self, engine: &Engine) -> Vec<Keyed> {
        let close = |(key, draft): (Key, Draft)| {
            let mut finding = draft.close(meta_of(engine, key.rule), engine, key.rule);
            if key.about.is_none() {
                finding.summary = format!("{}: further identities beyond the {DRAFTS_MAX} findings kept apart", finding.title);
            }
            (key, finding)
        };
        let mut findings: Vec<(Key, Finding)> = self.drafts.into_iter().map(close).collect();
        findings.sort_by(|(key, finding), (other_key, other)| {
            (other.severity, finding.time, &finding.name, key).cmp(&(finding.severity, other.time, &other.name, other_key))
        });
        findings.into_iter().map(|(key, finding)| Keyed { about: key.about.map(Arc::from), finding }).collect()
    }
}

/// In which order drafts are folded away: the least severe first, then by a hash that nobody who reads in another order changes.
fn place(key: &Key, engine: &Engine) -> (Severity, u64, Key) {
    let hash = foldhash::fast::FixedState::with_seed(0).hash_one(key);
    (meta_of(engine, key.rule).severity, hash, key.clone())
}

/// A group-by alias stands for a field; any of its meanings tells its kind.
fn aliased(rule: &rsigma_parser::CorrelationRule, field: &str) -> String {
    let alias = rule.aliases.iter().find(|alias| alias.alias == field);
    let meaning = alias.and_then(|alias| alias.mapping.values().min());
    meaning.map_or(field, String::as_str).to_owned()
}

fn meta_of(engine: &Engine, rule: KeyRule) -> &Meta {
    match rule {
        KeyRule::Rule(at) => &engine.rules.rules[at].meta,
        KeyRule::Correlation(at) => &engine.rules.correlations[at].meta,
    }
}
