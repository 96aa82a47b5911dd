//! Which values a condition cannot do without.

use hashbrown::{HashMap, HashSet};
use watchfire_model::Slot;

use super::share;
use crate::expr::Expr;
use crate::path::Root;
use crate::predicate::{Pattern, Predicate, Subject, Test};

/// One value that may stand in a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Anchor {
    /// A field whose text, without case, fits the pattern.
    Text(Slot, Pattern),
    /// A field that is present at all.
    Present(Slot),
}

/// Chooses the anchors of conditions.
pub(super) struct Chooser<'p> {
    predicates: &'p [Predicate],
    /// How many different values and pieces the conditions ask of each field: a field asked for many has many.
    variety: HashMap<Slot, usize>,
}

impl<'p> Chooser<'p> {
    pub(super) fn new(conditions: &[&Expr], predicates: &'p [Predicate]) -> Chooser<'p> {
        let mut values: HashMap<Slot, HashSet<Pattern>> = HashMap::new();
        for condition in conditions {
            condition.predicates(&mut |id| {
                for anchor in anchors_of(&predicates[id.0 as usize]).into_iter().flatten() {
                    if let Anchor::Text(slot, pattern) = anchor {
                        values.entry(slot).or_default().insert(pattern);
                    }
                }
            });
        }
        Chooser { predicates, variety: values.into_iter().map(|(slot, values)| (slot, values.len())).collect() }
    }

    /// The cheapest set of values of which at least one must stand in a record that satisfies the condition;
    /// nothing when there is no such set.
    pub(super) fn choose(&self, expr: &Expr) -> Option<Vec<Anchor>> {
        match expr {
            Expr::Constant(false) => Some(Vec::new()),
            Expr::Constant(true) | Expr::Not(_) => None,
            Expr::Predicate(id) => anchors_of(&self.predicates[id.0 as usize]),
            Expr::And(parts) => {
                let sets = parts.iter().filter_map(|part| self.choose(part));
                sets.min_by(|a, b| self.cost(a).total_cmp(&self.cost(b)))
            }
            Expr::Or(parts) | Expr::AtLeast(_, parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(self.choose(part)?);
                }
                Some(all)
            }
        }
    }

    /// The share of records that are expected to hold one of the values.
    fn cost(&self, anchors: &[Anchor]) -> f64 {
        anchors.iter().map(|anchor| self.share(anchor)).sum()
    }

    fn share(&self, anchor: &Anchor) -> f64 {
        match anchor {
            Anchor::Present(_) => share::RARELY_PRESENT,
            Anchor::Text(slot, pattern) => {
                let (expected, is_known) = share::of_pattern(*slot, pattern);
                let variety = self.variety.get(slot).copied().unwrap_or(1);
                if is_known { expected } else { expected.min(1.0 / variety as f64) }
            }
        }
    }
}

/// The values of which one must stand in a record for a predicate to hold; nothing when it cannot be said.
fn anchors_of(predicate: &Predicate) -> Option<Vec<Anchor>> {
    let Subject::Path(path) = &predicate.subject else { return None };
    let Root::Slot(slot) = path.root else { return None };
    if !path.steps.is_empty() {
        return None;
    }
    match &predicate.test {
        Test::Exists => share::is_rarely_present(slot).then(|| vec![Anchor::Present(slot)]),
        Test::Text(test) if test.expressions.is_empty() => {
            let selective = |pattern: &Pattern| matches!(pattern, Pattern::Exact(_)) || !pattern.literal_piece().is_empty();
            let anchor = |pattern: &Pattern| Anchor::Text(slot, if test.cased { pattern.loosened() } else { pattern.folded() });
            test.patterns.iter().all(selective).then(|| test.patterns.iter().map(anchor).collect())
        }
        _ => None,
    }
}
