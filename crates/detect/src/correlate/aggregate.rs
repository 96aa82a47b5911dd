//! The numbers that correlations compare, kept so that adding or taking away one signal never asks for a recount.

use hashbrown::HashMap;
use rsigma_parser::{ConditionOperator, CorrelationType};

use crate::predicate::Number;

/// A number over the signals of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Aggregate {
    Count,
    Distinct,
    Sum,
    Average,
    /// 0 to 100; linear between ranks.
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
}

/// What a window holds, counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    signals: u64,
    /// How often each value stands in the window.
    distinct: HashMap<Box<str>, u32>,
    numbers: u64,
    /// The sum in billionths: whole numbers can be taken away again exactly, fractions would drift.
    sum: i128,
    sorted: Vec<f64>,
}

/// Different values counted in one window. No bound of a rule lies higher ([`super::BOUND_MAX`]), so no verdict changes.
const DISTINCT_MAX: usize = 65_536;

/// Numbers that a percentile is taken of; later ones of the same window do not count.
const NUMBERS_MAX: usize = 65_536;

/// A larger number counts as this one: the sum of a full window of them still fits.
const NUMBER_MAX: f64 = 1e22;

const BILLION: f64 = 1e9;

impl Tally {
    pub(super) fn add(&mut self, aggregate: Aggregate, values: &[Box<str>]) {
        self.signals += 1;
        match aggregate {
            Aggregate::Count => {}
            Aggregate::Distinct => {
                for value in values {
                    let is_full = self.distinct.len() >= DISTINCT_MAX;
                    match self.distinct.get_mut(value) {
                        Some(count) => *count += 1,
                        None if !is_full => drop(self.distinct.insert(value.clone(), 1)),
                        None => {}
                    }
                }
            }
            Aggregate::Sum | Aggregate::Average => numbers(values).for_each(|number| {
                self.numbers += 1;
                self.sum += billionths(number);
            }),
            Aggregate::Percentile(_) => numbers(values).for_each(|number| {
                if self.sorted.len() < NUMBERS_MAX {
                    let at = self.sorted.partition_point(|known| known.total_cmp(&number).is_lt());
                    self.sorted.insert(at, number);
                }
            }),
        }
    }

    pub(super) fn remove(&mut self, aggregate: Aggregate, values: &[Box<str>]) {
        self.signals = self.signals.saturating_sub(1);
        match aggregate {
            Aggregate::Count => {}
            Aggregate::Distinct => {
                for value in values {
                    let Some(count) = self.distinct.get_mut(value) else { continue };
                    *count -= 1;
                    if *count == 0 {
                        self.distinct.remove(value);
                    }
                }
            }
            Aggregate::Sum | Aggregate::Average => numbers(values).for_each(|number| {
                self.numbers = self.numbers.saturating_sub(1);
                self.sum -= billionths(number);
            }),
            Aggregate::Percentile(_) => numbers(values).for_each(|number| {
                let at = self.sorted.partition_point(|known| known.total_cmp(&number).is_lt());
                if self.sorted.get(at) == Some(&number) {
                    self.sorted.remove(at);
                }
            }),
        }
    }

    /// The number asked for; nothing when no signal has a value to average.
    pub(super) fn number(&self, aggregate: Aggregate) -> Option<f64> {
        match aggregate {
            Aggregate::Count => Some(self.signals as f64),
            Aggregate::Distinct => Some(self.distinct.len() as f64),
            Aggregate::Sum => Some(self.sum as f64 / BILLION),
            Aggregate::Average => (self.numbers > 0).then(|| self.sum as f64 / BILLION / self.numbers as f64),
            Aggregate::Percentile(percent) => percentile(&self.sorted, percent),
        }
    }
}

fn numbers(values: &[Box<str>]) -> impl Iterator<Item = f64> {
    values.iter().filter_map(|value| Number::parse(value)).map(|number| number.as_f64().clamp(-NUMBER_MAX, NUMBER_MAX))
}

fn billionths(number: f64) -> i128 {
    (number * BILLION).round() as i128
}

fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let rank = percent / 100.0 * last as f64;
    let below = sorted.get(rank.floor() as usize)?;
    let above = sorted.get(rank.ceil() as usize)?;
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
        assert_eq!(percentile(&[1.0, 2.0, 3.0, 4.0], 50.0), Some(2.5));
        assert_eq!(percentile(&[1.0], 99.0), Some(1.0));
        assert_eq!(percentile(&[], 50.0), None);
    }

    #[test]
    fn what_was_added_can_be_taken_away() {
        let mut tally = Tally::default();
        let values: Vec<Box<str>> = ["0.1", "0.2", "1e21", "word"].map(Box::from).into();
        tally.add(Aggregate::Sum, &["5".into()]);
        (0..1000).for_each(|_| tally.add(Aggregate::Sum, &values));
        (0..1000).for_each(|_| tally.remove(Aggregate::Sum, &values));
        assert_eq!(tally.number(Aggregate::Sum), Some(5.0));
        assert_eq!(tally.number(Aggregate::Average), Some(5.0));
    }
}
