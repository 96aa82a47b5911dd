//! Correlations: counts, values and orders of rule matches within a span of event time.

mod aggregate;
mod least;
mod parts;
mod plan;
mod window;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use hashbrown::HashMap;
use watchfire_model::{EventTime, Occurrence};

use crate::rule::{RuleKind, RuleSet};
pub use least::Least;
use plan::Plan;
pub use plan::{Fed, SignalPlan};
use window::Window;

/// One match that feeds a correlation.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Which correlation, by position in [`RuleSet::correlations`].
    pub correlation: u32,
    /// Which of its rules, by position in its `rules`.
    pub part: u16,
    /// Event time.
    pub time: EventTime,
    /// Values of the group-by fields.
    pub key: Arc<[Box<str>]>,
    /// Values of the condition's field: each counts.
    pub values: Vec<Box<str>>,
    /// The records behind it: one for a rule's match, more for a correlation's.
    pub occurrences: Vec<Occurrence>,
}

/// The order in which a [`Correlator`] must be fed so that any order of reading gives the same findings.
pub type SignalOrder<'s> = (EventTime, u32, u16, Option<&'s str>);

impl Signal {
    /// Its place in the order of feeding.
    pub fn order(&self) -> SignalOrder<'_> {
        (self.time, self.correlation, self.part, self.occurrences.first().map(|occurrence| &*occurrence.event_id))
    }
}

/// A correlation that fired, or whose condition still holds with one more record.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrelationHit {
    /// Which correlation, by position in [`RuleSet::correlations`].
    pub correlation: usize,
    /// Values of the group-by fields, in their order.
    pub key: Arc<[Box<str>]>,
    /// When: the time of the signal, or the end of the window when only that could tell.
    pub time: EventTime,
    /// The records: all of the window when it begins to hold, then each further one.
    pub occurrences: Vec<Occurrence>,
    /// It did not hold before this signal.
    pub begins: bool,
}

/// Which window: the correlation, by position, and the values of its group-by fields.
type Identity = (u32, Arc<[Box<str>]>);

/// Windows of all correlations, as explicit state. Fed in order of [`Signal::order`].
#[derive(Debug)]
pub struct Correlator {
    plans: Arc<[Plan]>,
    windows: HashMap<Identity, Window, foldhash::fast::FixedState>,
    /// When windows that are judged at their end do end.
    deadlines: BinaryHeap<Reverse<(EventTime, Identity)>>,
    fed: u64,
    /// The latest time of signals that come in any order.
    newest: EventTime,
}

/// Windows kept open at once, some 500 bytes each.
const WINDOWS_MAX: usize = 200_000;

/// The highest bound of a count: a window keeps so many signals.
pub(crate) const BOUND_MAX: u64 = 20_000;

/// Records that a correlation's hit carries up to the correlation that it feeds; the hit's own finding has all.
const CARRIED_MAX: usize = 1_000;

/// After so many signals, windows whose span has passed are forgotten.
const SWEEP_SIGNALS: u64 = 65_536;

impl Correlator {
    /// No windows yet.
    pub fn new(rules: &RuleSet) -> Correlator {
        Correlator {
            plans: plan::plans(rules),
            windows: HashMap::default(),
            deadlines: BinaryHeap::new(),
            fed: 0,
            newest: EventTime(i64::MIN),
        }
    }

    /// What a group of signals must have at least for each correlation, by position.
    pub fn least(rules: &RuleSet) -> Arc<[Least]> {
        let stands_on_records = |at: usize| rules.correlations[at].parts.iter().all(|part| matches!(part, RuleKind::Rule(_)));
        plan::plans(rules).iter().enumerate().map(|(at, plan)| Least::of(plan, stands_on_records(at))).collect()
    }

    /// How many windows are open: the size of the state.
    pub fn open(&self) -> usize {
        self.windows.len()
    }

    /// Takes one signal; everything that it makes fire comes out, chains of correlations included.
    pub fn feed(&mut self, signal: Signal, hits: &mut Vec<CorrelationHit>) {
        let now = signal.time;
        self.close_while(hits, |deadline| deadline < now);
        self.fed += 1;
        if self.fed.is_multiple_of(SWEEP_SIGNALS) {
            self.sweep(now);
        }
        self.take(signal, hits);
    }

    /// Takes a signal that may come in any order, late or again: a running service tells what it can tell at once. Whatever fires
    /// here fires in order as well; what only a whole window can tell, a signal that comes later than its window lasts, and what
    /// correlations make of correlations is left to whoever feeds everything in order.
    pub fn feed_early(&mut self, signal: Signal, hits: &mut Vec<CorrelationHit>) {
        let plans = self.plans.clone();
        let Some(plan) = plans.get(signal.correlation as usize).filter(|plan| plan.only_grows()) else { return };
        self.newest = self.newest.max(signal.time);
        self.fed += 1;
        let identity = (signal.correlation, signal.key.clone());
        if self.windows.get(&identity).is_some_and(|window| window.is_past(plan, signal.time) || window.holds_twin_of(&signal)) {
            return;
        }
        if self.fed.is_multiple_of(SWEEP_SIGNALS) {
            self.sweep(self.newest);
        }
        let window = self.windows.entry(identity.clone()).or_default();
        let time = window.last_time().map_or(signal.time, |last| last.max(signal.time));
        window.expire(plan, time);
        window.push(signal, plan);
        if let Some((occurrences, begins)) = window.judge(plan) {
            let (correlation, key) = identity;
            hits.push(CorrelationHit { correlation: correlation as usize, key, time, occurrences, begins });
        }
    }

    /// Forgets windows whose span has passed; when too many are left, those that were touched longest ago: a flood of invented names
    /// costs memory, and then its own oldest windows.
    fn sweep(&mut self, now: EventTime) {
        let plans = &self.plans;
        self.windows.retain(|(correlation, _), window| !window.has_passed(&plans[*correlation as usize], now));
        if self.windows.len() > WINDOWS_MAX {
            let mut times: Vec<EventTime> = self.windows.values().filter_map(Window::last_time).collect();
            let middle = times.len() / 2;
            let (_, limit, _) = times.select_nth_unstable(middle);
            let limit = *limit;
            self.windows.retain(|_, window| window.last_time().is_some_and(|last| last > limit));
        }
    }

    /// Ends every window: no more signals will come.
    pub fn finish(&mut self, hits: &mut Vec<CorrelationHit>) {
        self.close_while(hits, |_| true);
    }

    fn take(&mut self, signal: Signal, hits: &mut Vec<CorrelationHit>) {
        let Some(plan) = self.plans.get(signal.correlation as usize) else { return };
        let identity = (signal.correlation, signal.key.clone());
        if plan.judged_at_end {
            let window = self.windows.entry(identity.clone()).or_default();
            if window.is_empty() {
                let deadline = EventTime(signal.time.millis().saturating_add(plan.span_ms));
                self.deadlines.push(Reverse((deadline, identity)));
            }
            window.push(signal, plan);
            return;
        }
        let time = signal.time;
        let window = self.windows.entry(identity.clone()).or_default();
        window.expire(plan, time);
        window.push(signal, plan);
        if let Some((occurrences, begins)) = window.judge(plan) {
            self.fire(identity, time, occurrences, begins, hits);
        }
    }

    /// Judges the windows that have ended. What fires counts as of the end of its window: before, nobody could know, and whatever it
    /// feeds must see signals in order of time.
    fn close_while(&mut self, hits: &mut Vec<CorrelationHit>, has_ended: impl Fn(EventTime) -> bool) {
        while self.deadlines.peek().is_some_and(|Reverse((deadline, ..))| has_ended(*deadline)) {
            let Some(Reverse((deadline, identity))) = self.deadlines.pop() else { return };
            let plan = &self.plans[identity.0 as usize];
            let Some(window) = self.windows.remove(&identity) else { continue };
            if window.holds(plan) {
                self.fire(identity, deadline, window.occurrences(), true, hits);
            }
        }
    }

    fn fire(
        &mut self,
        (correlation, key): Identity,
        time: EventTime,
        occurrences: Vec<Occurrence>,
        begins: bool,
        hits: &mut Vec<CorrelationHit>,
    ) {
        let plans = self.plans.clone();
        hits.push(CorrelationHit { correlation: correlation as usize, key: key.clone(), time, occurrences: occurrences.clone(), begins });
        if !begins {
            return;
        }
        for link in &plans[correlation as usize].parents {
            if let Some(signal) = link.signal(&key, time, occurrences.get(..CARRIED_MAX).unwrap_or(&occurrences)) {
                self.take(signal, hits);
            }
        }
    }
}
