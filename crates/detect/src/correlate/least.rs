//! What a group of signals must have at least, over all time, for its correlation to fire in any window of it.

use rsigma_parser::ConditionOperator;

use super::aggregate::Aggregate;
use super::plan::{Ask, Plan};

/// The least that a group must have; groups below it need not be looked at. Nearly all groups of ordinary life are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Least {
    /// Signals.
    pub signals: u64,
    /// Different values.
    pub values: usize,
    /// Different rules.
    pub parts: u32,
}

impl Least {
    pub(super) fn of(plan: &Plan, stands_on_records: bool) -> Least {
        if !stands_on_records || plan.judged_at_end {
            return Least::default();
        }
        match &plan.ask {
            Ask::Number(Aggregate::Count, bounds) => Least { signals: lower(bounds), ..Least::default() },
            Ask::Number(Aggregate::Distinct, bounds) => Least { values: lower(bounds) as usize, ..Least::default() },
            Ask::Parts { bounds, .. } => Least { parts: lower(bounds) as u32, ..Least::default() },
            Ask::Number(..) | Ask::Expression { .. } => Least::default(),
        }
    }
}

/// The highest lower bound, as a whole number that must be reached.
fn lower(bounds: &[(ConditionOperator, f64)]) -> u64 {
    let needed = bounds.iter().map(|(operator, bound)| match operator {
        ConditionOperator::Gte => bound.ceil() as u64,
        ConditionOperator::Gt => bound.floor() as u64 + 1,
        _ => 0,
    });
    needed.max().unwrap_or(0)
}
