//! Which conditions a value leaves open: asked before anything else of a condition is.
//!
//! Nearly every pattern over CloudTrail names the API or the service. What one value of such a field leaves of all conditions is worked
//! out once and remembered as bits, so that the many conditions a popular principal or address points to cost a look each.

use std::sync::Arc;

use hashbrown::HashMap;

use super::matcher::{Condition, Predicate};
use crate::matcher::Memory;

/// Fields asked so, at most.
const GATES_MAX: usize = 2;

/// With fewer conditions than this nothing is gained.
const CONDITIONS_MIN: usize = 64;

/// Memory for the bits of one field, per thread.
const BITS_BYTES_MAX: usize = 16 << 20;

/// One bit a condition.
pub(super) type Bits = Arc<[u64]>;

/// A field that decides much.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) field: u32,
    /// Conditions that do not need the field.
    free: Bits,
    /// The others, by the predicate they have on it.
    asks: Vec<(u32, Vec<u32>)>,
}

/// The fields that most conditions ask about, those first that leave least open. `holds` is the share of events on which a predicate
/// is expected to hold, `fits` whether a field is one to be remembered.
pub(super) fn choose(
    conditions: &[Condition],
    predicates: &[Predicate],
    holds: &dyn Fn(u32) -> f64,
    fits: &dyn Fn(u32) -> bool,
) -> Vec<Gate> {
    let mut scores: HashMap<u32, f64> = HashMap::new();
    for term in conditions.iter().flat_map(|condition| &condition.terms) {
        let predicate = &predicates[*term as usize];
        if fits(predicate.field) && !predicate.alternatives.absent {
            *scores.entry(predicate.field).or_default() += 1.0 - holds(*term);
        }
    }
    let mut scores: Vec<(f64, u32)> = scores.into_iter().map(|(field, score)| (score, field)).collect();
    scores.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.cmp(y)));
    let worth = |(score, _): &(f64, u32)| conditions.len() >= CONDITIONS_MIN && *score > conditions.len() as f64 / 8.0;
    scores.into_iter().filter(worth).take(GATES_MAX).map(|(_, field)| Gate::new(field, conditions, predicates)).collect()
}

impl Gate {
    fn new(field: u32, conditions: &[Condition], predicates: &[Predicate]) -> Gate {
        let mut free = vec![0; conditions.len().div_ceil(64)];
        let mut asks: HashMap<u32, Vec<u32>> = HashMap::new();
        for (at, condition) in conditions.iter().enumerate() {
            let needs = |term: &&u32| {
                let predicate = &predicates[**term as usize];
                predicate.field == field && !predicate.alternatives.absent
            };
            match condition.terms.iter().find(needs) {
                Some(term) => asks.entry(*term).or_default().push(at as u32),
                None => free[at / 64] |= 1 << (at % 64),
            }
        }
        Gate { field, free: free.into(), asks: asks.into_iter().collect() }
    }
}

/// What is remembered of one gate.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// By the number under which a value is remembered.
    by_value: Vec<Option<Bits>>,
    /// The memory's generation that those numbers belong to.
    generation: u32,
    bytes: usize,
}

impl Opened {
    /// What is open where the field has no value.
    pub(super) fn without_value(gate: &Gate) -> Bits {
        gate.free.clone()
    }

    /// What the value under a number leaves open; nothing when there is no memory left to tell.
    #[inline]
    pub(super) fn by_value(&mut self, gate: &Gate, memory: &mut Memory, number: u32, predicates: &[Predicate], json: &str) -> Option<Bits> {
        if memory.generation() != self.generation {
            *self = Opened { generation: memory.generation(), ..Opened::default() };
        }
        match self.by_value.get(number as usize) {
            Some(Some(bits)) => Some(bits.clone()),
            _ => self.work_out(gate, memory, number, predicates, json),
        }
    }

    #[cold]
    fn work_out(&mut self, gate: &Gate, memory: &mut Memory, number: u32, predicates: &[Predicate], json: &str) -> Option<Bits> {
        let bytes = gate.free.len() * 8;
        if self.bytes + bytes > BITS_BYTES_MAX {
            return None;
        }
        self.bytes += bytes;
        let seen = memory.seen(number)?;
        let mut bits = gate.free.to_vec();
        for (id, conditions) in &gate.asks {
            let predicate = &predicates[*id as usize];
            if seen.verdict(predicate.number, &mut || predicate.alternatives.hold_on(json)) {
                conditions.iter().for_each(|at| bits[*at as usize / 64] |= 1 << (at % 64));
            }
        }
        let bits: Bits = bits.into();
        if self.by_value.len() <= number as usize {
            self.by_value.resize(number as usize + 1, None);
        }
        *self.by_value.get_mut(number as usize)? = Some(bits.clone());
        Some(bits)
    }
}

/// Whether a condition is open.
#[inline]
pub(super) fn is_open(bits: &[u64], condition: usize) -> bool {
    bits.get(condition / 64).is_some_and(|word| word >> (condition % 64) & 1 == 1)
}
