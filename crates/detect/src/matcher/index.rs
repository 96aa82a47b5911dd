//! From the values of a record to the conditions they may satisfy.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use hashbrown::HashMap;
use watchfire_model::{Record, Slot};

use super::anchor::{Anchor, Chooser};
use crate::expr::Expr;
use crate::predicate::{Pattern, Predicate, fold};
use crate::tree::scalar_text;

/// The anchors of all conditions, by field.
#[derive(Debug, Default)]
pub(super) struct Index {
    fields: Vec<FieldIndex>,
    always: Vec<u32>,
}

/// The anchors in one field.
#[derive(Debug)]
struct FieldIndex {
    slot: Slot,
    exact: HashMap<Box<str>, Vec<u32>, foldhash::fast::FixedState>,
    patterns: Vec<(Pattern, Vec<u32>)>,
    /// Finds which patterns are worth trying, by their longest literal piece.
    pieces: Option<AhoCorasick>,
    present: Vec<u32>,
    /// All of the above: what a value that is no scalar may satisfy.
    all: Vec<u32>,
}

/// Verdicts on values seen before. CloudTrail repeats itself: a few hundred event names stand for nearly all records.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    seen: Vec<HashMap<Box<str>, Arc<[u32]>, foldhash::fast::FixedState>>,
}

/// Values remembered per field; past that the memory starts anew.
const SEEN_MAX: usize = 16 * 1024;

/// Longer values are rarely seen again.
const SEEN_BYTES_MAX: usize = 256;

impl Index {
    pub(super) fn build(conditions: &[&Expr], predicates: &[Predicate]) -> Index {
        let chooser = Chooser::new(conditions, predicates);
        let mut index = Index::default();
        let mut by_field: HashMap<Slot, Vec<(Anchor, u32)>> = HashMap::new();
        for (at, condition) in conditions.iter().enumerate() {
            match chooser.choose(condition) {
                None => index.always.push(at as u32),
                Some(anchors) => {
                    for anchor in anchors {
                        let (Anchor::Text(slot, _) | Anchor::Present(slot)) = anchor;
                        by_field.entry(slot).or_default().push((anchor, at as u32));
                    }
                }
            }
        }
        index.fields = by_field.into_iter().map(|(slot, anchors)| FieldIndex::build(slot, anchors)).collect();
        index.fields.sort_by_key(|field| field.slot);
        index
    }

    pub(super) fn always(&self) -> &[u32] {
        &self.always
    }

    pub(super) fn field_count(&self) -> usize {
        self.fields.len()
    }

    /// Appends the conditions that a record's values point to; a condition may come twice.
    #[inline]
    pub(super) fn candidates(&self, record: &Record<'_>, lookup: &mut Lookup, candidates: &mut Vec<u32>) {
        candidates.extend_from_slice(&self.always);
        lookup.seen.resize_with(self.fields.len(), HashMap::default);
        for (field, seen) in self.fields.iter().zip(&mut lookup.seen) {
            let Some(json) = record.json(field.slot) else { continue };
            match seen.get(json) {
                Some(known) => candidates.extend_from_slice(known),
                None => field.judge(json, seen, candidates),
            }
        }
    }
}

impl FieldIndex {
    fn build(slot: Slot, anchors: Vec<(Anchor, u32)>) -> FieldIndex {
        let mut exact: HashMap<Box<str>, Vec<u32>, _> = HashMap::default();
        let mut patterns: HashMap<Pattern, Vec<u32>> = HashMap::new();
        let (mut present, mut all) = (Vec::new(), Vec::new());
        for (anchor, condition) in anchors {
            all.push(condition);
            match anchor {
                Anchor::Present(_) => present.push(condition),
                Anchor::Text(_, Pattern::Exact(text)) => exact.entry(text).or_default().push(condition),
                Anchor::Text(_, pattern) => patterns.entry(pattern).or_default().push(condition),
            }
        }
        all.sort_unstable();
        all.dedup();
        let patterns: Vec<(Pattern, Vec<u32>)> = patterns.into_iter().collect();
        let pieces = AhoCorasick::new(patterns.iter().map(|(pattern, _)| pattern.literal_piece())).ok().filter(|_| !patterns.is_empty());
        FieldIndex { slot, exact, patterns, pieces, present, all }
    }

    #[cold]
    fn judge(&self, json: &str, seen: &mut HashMap<Box<str>, Arc<[u32]>, foldhash::fast::FixedState>, candidates: &mut Vec<u32>) {
        let found = self.conditions(json);
        candidates.extend_from_slice(&found);
        if json.len() <= SEEN_BYTES_MAX {
            if seen.len() >= SEEN_MAX {
                seen.clear();
            }
            seen.insert(json.into(), found.into());
        }
    }

    fn conditions(&self, json: &str) -> Vec<u32> {
        let Some(text) = scalar_text(json) else {
            return if json == "null" { Vec::new() } else { self.all.clone() };
        };
        let folded = fold(&text);
        let mut found = self.present.clone();
        found.extend(self.exact.get(&*folded).into_iter().flatten());
        match &self.pieces {
            Some(pieces) => {
                let mut tried = vec![false; self.patterns.len()];
                for piece in pieces.find_overlapping_iter(&*folded) {
                    let at = piece.pattern().as_usize();
                    if !std::mem::replace(&mut tried[at], true) && self.patterns[at].0.fits(&folded) {
                        found.extend(&self.patterns[at].1);
                    }
                }
            }
            None => found.extend(self.patterns.iter().filter(|(pattern, _)| pattern.fits(&folded)).flat_map(|(_, conditions)| conditions)),
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
