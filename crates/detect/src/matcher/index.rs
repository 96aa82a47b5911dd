//! From the values of a record to the conditions they may satisfy.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use hashbrown::HashMap;
use watchfire_model::{Record, Slot};

use super::anchor::{Anchor, Chooser};
use super::lookup::{Lookup, Seen};
use super::share::is_id;
use crate::expr::Expr;
use crate::path::Root;
use crate::predicate::{Pattern, Predicate, Subject, Test, fold};
use crate::tree::scalar_text;

/// The anchors of all conditions, by field.
#[derive(Debug, Default)]
pub(super) struct Index {
    fields: Vec<FieldIndex>,
    always: Vec<u32>,
    /// For each predicate that asks about the text of a field with a place: the field, and its number there.
    places: Vec<Option<Place>>,
}

/// Where the verdict of a predicate is remembered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    field: u16,
    number: u32,
}

/// The anchors in one field.
#[derive(Debug, Default)]
pub(super) struct FieldIndex {
    slot: Slot,
    exact: HashMap<Box<str>, Vec<u32>, foldhash::fast::FixedState>,
    patterns: Vec<(Pattern, Vec<u32>)>,
    /// Finds which patterns are worth trying, by their longest literal piece.
    pieces: Option<AhoCorasick>,
    present: Vec<u32>,
    /// All of the above: what a value that is no scalar may satisfy.
    all: Vec<u32>,
    /// How many predicates ask about this field's text.
    asked: u32,
}

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
        for slot in predicates.iter().filter_map(text_of_slot) {
            by_field.entry(slot).or_default();
        }
        index.fields = by_field.into_iter().map(|(slot, anchors)| FieldIndex::build(slot, anchors)).collect();
        index.fields.sort_by_key(|field| (field.all.is_empty(), field.slot));
        index.places = predicates.iter().map(|predicate| index.new_place(text_of_slot(predicate)?)).collect();
        index
    }

    /// The next free number for a predicate about a field's text.
    fn new_place(&mut self, slot: Slot) -> Option<Place> {
        let field = self.fields.iter().position(|field| field.slot == slot)?;
        let number = self.fields[field].asked;
        self.fields[field].asked += 1;
        Some(Place { field: u16::try_from(field).ok()?, number })
    }

    pub(super) fn always(&self) -> &[u32] {
        &self.always
    }

    pub(super) fn field_count(&self) -> usize {
        self.fields.iter().filter(|field| !field.all.is_empty()).count()
    }

    /// How many fields' values are remembered.
    pub(super) fn memory_count(&self) -> usize {
        self.fields.len()
    }

    /// Appends the conditions that a record's values point to; a condition may come twice.
    #[inline]
    pub(super) fn candidates(&self, record: &Record<'_>, lookup: &mut Lookup, candidates: &mut Vec<u32>) {
        lookup.begin(self.fields.len());
        candidates.extend_from_slice(&self.always);
        for (at, field) in self.fields.iter().enumerate().take_while(|(_, field)| !field.all.is_empty()) {
            if !lookup.candidates(at, field, record, candidates) {
                candidates.extend(field.candidates_of(record));
            }
        }
    }

    /// Where the verdict of a predicate is remembered, where that can be.
    pub(super) fn place_of(&self, id: usize) -> Option<Place> {
        self.places.get(id).copied().flatten()
    }

    /// The verdict of a predicate: remembered with the value it was given on, otherwise judged now.
    #[inline]
    pub(super) fn verdict(&self, place: Place, record: &Record<'_>, lookup: &mut Lookup, judge: &mut dyn FnMut() -> bool) -> bool {
        let at = usize::from(place.field);
        match lookup.seen(at, &self.fields[at], record) {
            Some(seen) => seen.verdict(place.number, judge),
            None => judge(),
        }
    }
}

/// The field whose text alone decides a predicate.
fn text_of_slot(predicate: &Predicate) -> Option<Slot> {
    match (&predicate.subject, &predicate.test) {
        (Subject::Path(path), Test::Text(_) | Test::Number(..) | Test::Cidr(_) | Test::Time(..)) if path.steps.is_empty() => {
            match path.root {
                Root::Slot(slot) => Some(slot).filter(|slot| !is_id(*slot)),
                Root::Record | Root::Derived(_) => None,
            }
        }
        _ => None,
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
        FieldIndex { slot, exact, patterns, pieces, present, all, asked: 0 }
    }

    /// The field's JSON text in a record.
    #[inline]
    pub(super) fn json<'r>(&self, record: &Record<'r>) -> Option<&'r str> {
        record.json(self.slot)
    }

    /// A value to remember, with what it points to.
    #[cold]
    pub(super) fn see(&self, json: Arc<str>) -> Seen {
        let conditions = self.conditions(&json);
        Seen::new(json, conditions, self.asked)
    }

    #[cold]
    fn candidates_of(&self, record: &Record<'_>) -> Vec<u32> {
        self.json(record).map(|json| self.conditions(json)).unwrap_or_default()
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
