//! The signals of one correlation and key within its span.

use std::collections::VecDeque;

use hashbrown::HashMap;
use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern, detection_name_matches};
use watchfire_model::{EventTime, Occurrence};

use super::Signal;
use super::aggregate::within;
use super::plan::{Ask, Plan};

/// One signal as a window keeps it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) time: EventTime,
    pub(super) part: u16,
    pub(super) values: Vec<Box<str>>,
    pub(super) occurrences: Vec<Occurrence>,
}

/// The signals of one correlation and key within its span, oldest first.
#[derive(Debug, Default)]
pub(super) struct Window {
    entries: VecDeque<Entry>,
    /// How often each value stands in the window.
    distinct: HashMap<Box<str>, u32>,
    held: bool,
}

/// A window that grows past this forgets its oldest signals: the condition has long been judged on them.
const ENTRIES_MAX: usize = 20_000;

impl Window {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn last_time(&self) -> Option<EventTime> {
        self.entries.back().map(|entry| entry.time)
    }

    /// No signal that may still come can reach into this window.
    pub(super) fn has_passed(&self, plan: &Plan, now: EventTime) -> bool {
        !plan.judged_at_end && self.last_time().is_none_or(|last| last.millis().saturating_add(plan.span_ms) < now.millis())
    }

    pub(super) fn push(&mut self, signal: Signal, _plan: &Plan) {
        for value in &signal.values {
            *self.distinct.entry_ref(value).or_default() += 1;
        }
        self.entries.push_back(Entry { time: signal.time, part: signal.part, values: signal.values, occurrences: signal.occurrences });
        if self.entries.len() > ENTRIES_MAX {
            self.drop_oldest();
        }
    }

    /// Forgets what lies further back than the span.
    pub(super) fn expire(&mut self, plan: &Plan, now: EventTime) {
        let oldest = now.millis().saturating_sub(plan.span_ms);
        while self.entries.front().is_some_and(|entry| entry.time.millis() < oldest) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(entry) = self.entries.pop_front() else { return };
        for value in &entry.values {
            if let Some(count) = self.distinct.get_mut(value) {
                *count -= 1;
                if *count == 0 {
                    self.distinct.remove(value);
                }
            }
        }
    }

    /// After a push: what to tell, and whether it is the beginning.
    pub(super) fn judge(&mut self, plan: &Plan, added: Vec<Occurrence>) -> Option<(Vec<Occurrence>, bool)> {
        let holds = self.holds(plan);
        let begins = !std::mem::replace(&mut self.held, holds);
        match (self.held, begins) {
            (false, _) => None,
            (true, true) => Some((self.occurrences(), true)),
            (true, false) => Some((added, false)),
        }
    }

    pub(super) fn occurrences(&self) -> Vec<Occurrence> {
        self.entries.iter().flat_map(|entry| entry.occurrences.iter().cloned()).collect()
    }

    /// Whether the condition holds on what the window has now.
    pub(super) fn holds(&self, plan: &Plan) -> bool {
        match &plan.ask {
            Ask::Number(aggregate, bounds) => {
                aggregate.over(self.entries.iter(), &self.distinct).is_some_and(|number| within(number, bounds))
            }
            Ask::Parts { bounds, ordered, count } => {
                let parts = self.parts();
                within(parts.len() as f64, bounds) && (!ordered || (parts.len() < usize::from(*count)) || self.in_order(&parts))
            }
            Ask::Expression { expr, names, ordered } => {
                let parts = self.parts();
                let seen = |name: &str| parts.iter().any(|&part| names.get(usize::from(part)).is_some_and(|known| known == name));
                satisfied(expr, names, &seen) && (!ordered || self.in_order(&parts))
            }
        }
    }

    /// The different parts in the window, in the order the correlation lists them.
    fn parts(&self) -> Vec<u16> {
        let mut parts: Vec<u16> = self.entries.iter().map(|entry| entry.part).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    /// Whether there is one signal of each part, none earlier than that of the part before. Signals of the same moment count in any
    /// order: CloudTrail's clock has whole seconds.
    fn in_order(&self, parts: &[u16]) -> bool {
        let mut earliest = EventTime(i64::MIN);
        parts.iter().all(|part| {
            let next = self.entries.iter().find(|entry| entry.part == *part && entry.time >= earliest);
            next.is_some_and(|entry| {
                earliest = entry.time;
                true
            })
        })
    }
}

/// A condition over the names of rules that were seen.
fn satisfied(expr: &ConditionExpr, names: &[String], seen: &dyn Fn(&str) -> bool) -> bool {
    match expr {
        ConditionExpr::And(parts) => parts.iter().all(|part| satisfied(part, names, seen)),
        ConditionExpr::Or(parts) => parts.iter().any(|part| satisfied(part, names, seen)),
        ConditionExpr::Not(part) => !satisfied(part, names, seen),
        ConditionExpr::Identifier(name) => seen(name),
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen = names.iter().filter(|name| match pattern {
                SelectorPattern::Them => true,
                SelectorPattern::Pattern(pattern) => detection_name_matches(pattern, name),
            });
            let (total, held) = chosen.fold((0u64, 0u64), |(total, held), name| (total + 1, held + u64::from(seen(name))));
            match quantifier {
                Quantifier::Any => held > 0,
                Quantifier::All => total > 0 && held == total,
                Quantifier::Count(count) => held >= *count,
            }
        }
    }
}
