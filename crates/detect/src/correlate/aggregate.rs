//! The numbers that correlations compare.

use hashbrown::HashMap;
use rsigma_parser::{ConditionOperator, CorrelationType};

use super::window::Entry;
use crate::predicate::Number;

/// A number over the signals of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Aggregate {
    Count,
    Distinct,
    Sum,
    Average,
    /// 0 to 100; nearest rank, linear between ranks.
    Percentile(f64),
}

impl Aggregate {
    pub(super) fn of(kind: CorrelationType, percentile: u64) -> Option<Aggregate> {
        match kind {
            CorrelationType::EventCount => Some(Aggregate::Count),
            CorrelationType::ValueCount => Some(Aggregate::Distinct),
            CorrelationType::ValueSum => Some(Aggregate::Sum),
            CorrelationType::ValueAvg => Some(Aggregate::Average),
            CorrelationType::ValuePercentile => Some(Aggregate::Percentile(percentile.min(100) as f64)),
            CorrelationType::ValueMedian => Some(Aggregate::Percentile(50.0)),
            CorrelationType::Temporal | CorrelationType::TemporalOrdered => None,
        }
    }

    /// One more signal can only raise it, so a lower bound may be judged at once. Sums, averages and percentiles are judged on arrival
    /// too: what a window held at some moment is what the rule asks about.
    pub(super) fn only_grows(self) -> bool {
        true
    }

    /// Its value over a window; nothing when no signal has a value.
    pub(super) fn over<'e>(self, entries: impl Iterator<Item = &'e Entry> + Clone, distinct: &HashMap<Box<str>, u32>) -> Option<f64> {
        let numbers = || entries.clone().flat_map(|entry| &entry.values).filter_map(|value| Number::parse(value)).map(|number| number.as_f64());
        match self {
            Aggregate::Count => Some(entries.count() as f64),
            Aggregate::Distinct => Some(distinct.len() as f64),
            Aggregate::Sum => Some(numbers().sum()),
            Aggregate::Average => {
                let (count, sum) = numbers().fold((0u64, 0.0), |(count, sum), number| (count + 1, sum + number));
                (count > 0).then(|| sum / count as f64)
            }
            Aggregate::Percentile(percent) => percentile(numbers().collect(), percent),
        }
    }
}

fn percentile(mut numbers: Vec<f64>, percent: f64) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().checked_sub(1)?;
    let rank = percent / 100.0 * last as f64;
    let below = numbers[rank.floor() as usize];
    let above = numbers[rank.ceil() as usize];
    Some(below + (above - below) * rank.fract())
}

/// Whether a number satisfies every bound.
pub(super) fn within(number: f64, bounds: &[(ConditionOperator, f64)]) -> bool {
    bounds.iter().all(|(operator, bound)| match operator {
        ConditionOperator::Lt => number < *bound,
        ConditionOperator::Lte => number <= *bound,
        ConditionOperator::Gt => number > *bound,
        ConditionOperator::Gte => number >= *bound,
        ConditionOperator::Eq => number == *bound,
        ConditionOperator::Neq => number != *bound,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_ranks() {
        assert_eq!(percentile(vec![4.0, 1.0, 3.0, 2.0], 50.0), Some(2.5));
        assert_eq!(percentile(vec![1.0], 99.0), Some(1.0));
        assert_eq!(percentile(vec![], 50.0), None);
    }
}
