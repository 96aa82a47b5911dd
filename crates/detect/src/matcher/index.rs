//! From the values of a record to the conditions they may satisfy.

use hashbrown::HashMap;
use watchfire_model::{Record, Slot};

use super::anchor::{Anchor, Chooser};
use super::lookup::Lookup;
use super::share::is_id;
use super::values::Values;
use crate::expr::Expr;
use crate::path::Root;
use crate::predicate::{Predicate, Subject, Test};

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
    values: Values,
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
        index.fields.sort_by_key(|field| (field.values.is_empty(), field.slot));
        index.places = predicates.iter().map(|predicate| index.new_place(text_of_slot(predicate)?)).collect();
        index
    }

    /// The next free number for a predicate about a field's text.
    fn new_place(&mut self, slot: Slot) -> Option<Place> {
        let field = self.fields.iter().position(|field| field.slot == slot)?;
        let number = self.fields[field].values.new_number();
        Some(Place { field: u16::try_from(field).ok()?, number })
    }

    pub(super) fn always(&self) -> &[u32] {
        &self.always
    }

    pub(super) fn field_count(&self) -> usize {
        self.fields.iter().filter(|field| !field.values.is_empty()).count()
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
        for (at, field) in self.fields.iter().enumerate().take_while(|(_, field)| !field.values.is_empty()) {
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
        let pattern = |anchor| match anchor {
            Anchor::Present(_) => None,
            Anchor::Text(_, pattern) => Some(pattern),
        };
        FieldIndex { slot, values: Values::build(anchors.into_iter().map(|(anchor, condition)| (pattern(anchor), condition))) }
    }

    /// What its values point to.
    #[inline]
    pub(super) fn values(&self) -> &Values {
        &self.values
    }

    /// The field's JSON text in a record.
    #[inline]
    pub(super) fn json<'r>(&self, record: &Record<'r>) -> Option<&'r str> {
        record.json(self.slot)
    }

    #[cold]
    fn candidates_of(&self, record: &Record<'_>) -> Vec<u32> {
        self.json(record).map(|json| self.values.conditions(json)).unwrap_or_default()
    }
}
