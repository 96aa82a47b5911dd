//! The signals of one correlation and key within its span.

use std::collections::VecDeque;

use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern, detection_name_matches};
use watchfire_model::{EventTime, Occurrence};

use super::Signal;
use super::aggregate::{Tally, within};
use super::parts::Parts;
use super::plan::{Ask, Plan};

/// One signal as a window keeps it.
#[derive(Debug)]
struct Entry {
    time: EventTime,
    part: u16,
    values: Vec<Box<str>>,
    occurrences: Vec<Occurrence>,
}

/// The signals of one correlation and key within its span, oldest first, and what they add up to.
#[derive(Debug, Default)]
pub(super) struct Window {
    entries: VecDeque<Entry>,
    tally: Tally,
    parts: Parts,
    held: bool,
    /// Where the last signal was put.
    added: usize,
}

/// A window that grows past this forgets its oldest signals. No bound of a rule lies as high: the condition has long been judged.
pub(super) const ENTRIES_MAX: usize = super::BOUND_MAX as usize + 1;

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

    /// Whether a signal belongs to no window that is still open: what it would have met was forgotten.
    pub(super) fn is_past(&self, plan: &Plan, time: EventTime) -> bool {
        self.last_time().is_some_and(|last| time.millis().saturating_add(plan.span_ms) < last.millis())
    }

    /// Whether the window holds the same record for the same part already.
    pub(super) fn holds_twin_of(&self, signal: &Signal) -> bool {
        fn id(occurrences: &[Occurrence]) -> Option<&str> {
            occurrences.first().map(|one| &*one.event_id).filter(|id| !id.is_empty())
        }
        let Some(own) = id(&signal.occurrences) else { return false };
        let alike = self.entries.iter().rev().skip_while(|entry| entry.time > signal.time).take_while(|entry| entry.time == signal.time);
        alike.filter(|entry| entry.part == signal.part).any(|entry| id(&entry.occurrences) == Some(own))
    }

    /// Puts a signal in its place, which is the last when signals come in order.
    pub(super) fn push(&mut self, signal: Signal, plan: &Plan) {
        match &plan.ask {
            Ask::Number(aggregate, _) => self.tally.add(*aggregate, &signal.values),
            Ask::Parts { .. } | Ask::Expression { .. } => self.parts.add(signal.part, signal.time),
        }
        let at = self.entries.iter().rposition(|entry| entry.time <= signal.time).map_or(0, |before| before + 1);
        self.entries.insert(at, Entry { time: signal.time, part: signal.part, values: signal.values, occurrences: signal.occurrences });
        self.added = at;
        if self.entries.len() > ENTRIES_MAX {
            if plan.judged_at_end {
                // What was seen is still to be judged; only its records are no longer told.
                self.entries.pop_front();
            } else {
                self.drop_oldest(plan);
            }
        }
    }

    /// Forgets what lies further back than the span.
    pub(super) fn expire(&mut self, plan: &Plan, now: EventTime) {
        let oldest = now.millis().saturating_sub(plan.span_ms);
        while self.entries.front().is_some_and(|entry| entry.time.millis() < oldest) {
            self.drop_oldest(plan);
        }
    }

    fn drop_oldest(&mut self, plan: &Plan) {
        let Some(entry) = self.entries.pop_front() else { return };
        self.added = self.added.saturating_sub(1);
        match &plan.ask {
            Ask::Number(aggregate, _) => self.tally.remove(*aggregate, &entry.values),
            Ask::Parts { .. } | Ask::Expression { .. } => self.parts.remove_oldest(entry.part),
        }
    }

    /// After a push: what to tell, and whether it is the beginning.
    pub(super) fn judge(&mut self, plan: &Plan) -> Option<(Vec<Occurrence>, bool)> {
        let holds = self.holds(plan);
        let begins = !std::mem::replace(&mut self.held, holds);
        match (self.held, begins) {
            (false, _) => None,
            (true, true) => Some((self.occurrences(), true)),
            (true, false) => self.entries.get(self.added).map(|added| (added.occurrences.clone(), false)),
        }
    }

    pub(super) fn occurrences(&self) -> Vec<Occurrence> {
        self.entries.iter().flat_map(|entry| entry.occurrences.iter().cloned()).collect()
    }

    /// Whether the condition holds on what the window has now.
    pub(super) fn holds(&self, plan: &Plan) -> bool {
        match &plan.ask {
            Ask::Number(aggregate, bounds) => self.tally.number(*aggregate).is_some_and(|number| within(number, bounds)),
            Ask::Parts { bounds, ordered } => {
                let seen = if *ordered { self.parts.seen_in_order() } else { self.parts.seen() };
                within(seen as f64, bounds)
            }
            Ask::Expression { expr, names, ordered } => {
                let seen = |name: &str| self.parts.has(|part| names.get(usize::from(part)).is_some_and(|known| known == name));
                satisfied(expr, names, &seen) && (!ordered || self.parts.seen_in_order() == self.parts.seen())
            }
        }
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
