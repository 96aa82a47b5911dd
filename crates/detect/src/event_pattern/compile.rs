//! From patterns to one matcher: shared predicates, distinct conditions, anchors.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use smallvec::SmallVec;

use super::EventPattern;
use super::alternatives::Alternatives;
use super::anchor::{self, Anchors};
use super::envelope::{MADE, Made};
use super::gate;
use super::keys::Keys;
use super::matcher::{Asked, Condition, EventMatcher, MadeField, Predicate};
use super::parse::{Branch, Field};
use crate::matcher::Values;
use crate::predicate::Pattern;

type Fast<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// Compiles patterns; the number of a pattern is its position.
pub(super) fn compile<'p>(patterns: impl IntoIterator<Item = &'p EventPattern>) -> EventMatcher {
    let mut compiler = Compiler::default();
    let mut conditions: Fast<Vec<u32>, usize> = HashMap::default();
    let mut made: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    let mut count = 0;
    for pattern in patterns {
        for branch in &pattern.branches {
            let terms = compiler.terms(branch);
            let known = *conditions.entry(terms.clone()).or_insert_with(|| {
                made.push((terms, Vec::new()));
                made.len() - 1
            });
            let rules = &mut made[known].1;
            if rules.last() != Some(&count) {
                rules.push(count);
            }
        }
        count += 1;
    }
    compiler.finish(made, count)
}

#[derive(Default)]
struct Compiler {
    fields: Vec<Arc<str>>,
    field_numbers: Fast<Arc<str>, u32>,
    predicates: Vec<(u32, Arc<Alternatives>)>,
    predicate_numbers: Fast<(u32, Arc<Alternatives>), u32>,
}

impl Compiler {
    fn field(&mut self, path: &Arc<str>) -> u32 {
        let fields = &mut self.fields;
        *self.field_numbers.entry(path.clone()).or_insert_with(|| {
            fields.push(path.clone());
            fields.len() as u32 - 1
        })
    }

    /// The predicates of a branch, in the order of its paths.
    fn terms(&mut self, branch: &Branch) -> Vec<u32> {
        let mut terms = Vec::with_capacity(branch.len());
        for Field { path, alternatives } in branch {
            let key = (self.field(path), alternatives.clone());
            let predicates = &mut self.predicates;
            terms.push(*self.predicate_numbers.entry(key.clone()).or_insert_with(|| {
                predicates.push(key);
                predicates.len() as u32 - 1
            }));
        }
        terms
    }

    fn finish(mut self, made: Vec<(Vec<u32>, Vec<u32>)>, pattern_count: u32) -> EventMatcher {
        let anchors: Vec<Option<Anchors>> = self.predicates.iter().map(|(_, alternatives)| anchor::of(alternatives)).collect();
        let variety = self.variety(&anchors);
        let mut by_field: Vec<Vec<(Option<Pattern>, u32)>> = vec![Vec::new(); self.fields.len()];
        let mut present: Vec<Vec<u32>> = vec![Vec::new(); self.fields.len()];
        let mut always = Vec::new();
        let mut conditions = Vec::with_capacity(made.len());
        for (at, (terms, rules)) in made.into_iter().enumerate() {
            let cost = |term: &u32| self.cost(*term, anchors[*term as usize].as_ref()?, &variety);
            let chosen = terms.iter().filter_map(|term| Some((cost(term)?, *term))).min_by(|(a, _), (b, _)| a.total_cmp(b));
            match chosen.and_then(|(_, term)| Some((self.predicates[term as usize].0, anchors[term as usize].as_ref()?))) {
                Some((field, anchors)) if anchors.contains(&None) => present[field as usize].push(at as u32),
                Some((field, anchors)) => by_field[field as usize].extend(anchors.iter().map(|anchor| (anchor.clone(), at as u32))),
                None => always.push(at as u32),
            }
            conditions.push(Condition { quickest: self.quickest(&terms), terms: terms.into(), rules: rules.into() });
        }
        self.add_sources();
        by_field.resize(self.fields.len(), Vec::new());
        present.resize(self.fields.len(), Vec::new());
        let values = by_field.into_iter().map(|anchors| Values::build(anchors.into_iter())).collect();
        self.assemble(values, present, conditions, always, pattern_count)
    }

    /// The record's fields that members of the envelope are made from.
    fn add_sources(&mut self) {
        for (name, made) in MADE {
            if self.field_numbers.contains_key(name)
                && let Some(path) = made.from()
            {
                self.field(&path.into());
            }
        }
    }

    fn assemble(
        &self,
        mut values: Vec<Values>,
        present: Vec<Vec<u32>>,
        conditions: Vec<Condition>,
        always: Vec<u32>,
        pattern_count: u32,
    ) -> EventMatcher {
        let anchored =
            (0..values.len() as u32).filter(|field| !values[*field as usize].is_empty() || !present[*field as usize].is_empty()).collect();
        let number = |(field, alternatives): &(u32, Arc<Alternatives>)| {
            let number = values[*field as usize].new_number();
            Predicate { field: *field, number, alternatives: alternatives.clone() }
        };
        let predicates: Vec<Predicate> = self.predicates.iter().map(number).collect();
        let is_id: Vec<bool> = self.fields.iter().map(|path| anchor::ordinary(path).is_id).collect();
        let gates = gate::choose(&conditions, &predicates, &|term| self.share(term), &|field| !is_id[field as usize]);
        let mut keys = Keys::new();
        for (number, path) in self.fields.iter().enumerate() {
            keys.place(path).field = Some(number as u32);
        }
        let made = |(name, made): (&str, Made)| {
            let from = made.from().and_then(|path| self.field_numbers.get(path)).copied();
            self.field_numbers.get(name).map(|field| MadeField { field: *field, made, from })
        };
        EventMatcher {
            made: MADE.into_iter().filter_map(made).collect(),
            detail: keys.find("detail"),
            fields: is_id.into_iter().zip(values).zip(present).map(|((is_id, values), present)| Asked { is_id, values, present }).collect(),
            keys,
            anchored,
            predicates,
            conditions,
            gates,
            always,
            pattern_count,
            identity: Arc::default(),
        }
    }

    /// How many different anchors patterns have in each field: a field asked for many has many.
    fn variety(&self, anchors: &[Option<Anchors>]) -> Vec<usize> {
        let mut seen: Vec<HashSet<&Pattern>> = vec![HashSet::new(); self.fields.len()];
        for ((field, _), anchors) in self.predicates.iter().zip(anchors) {
            seen[*field as usize].extend(anchors.iter().flatten().flatten());
        }
        seen.into_iter().map(|patterns| patterns.len()).collect()
    }

    /// The share of events in which one of a predicate's anchors is expected to stand.
    fn cost(&self, predicate: u32, anchors: &Anchors, variety: &[usize]) -> Option<f64> {
        let field = self.predicates[predicate as usize].0 as usize;
        let path = &self.fields[field];
        let ordinary = anchor::ordinary(path);
        let share = |anchor: &Option<Pattern>| {
            let (expected, is_known) = ordinary.share(path, anchor.as_ref());
            if is_known { expected } else { expected.min(1.0 / variety[field].max(1) as f64) }
        };
        Some(anchors.iter().map(share).sum())
    }

    /// The share of events on which a predicate is expected to hold.
    fn share(&self, predicate: u32) -> f64 {
        let (field, alternatives) = &self.predicates[predicate as usize];
        let path = &self.fields[*field as usize];
        anchor::ordinary(path).share_of(path, alternatives)
    }

    /// The same predicates, those first that hold least often.
    fn quickest(&self, terms: &[u32]) -> SmallVec<[u32; 6]> {
        let mut order: Vec<(f64, u32)> = terms.iter().map(|term| (self.share(*term), *term)).collect();
        order.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        order.into_iter().map(|(_, term)| term).collect()
    }
}
