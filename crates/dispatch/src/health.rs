//! How targets do.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use watchfire_bus::retry::Failure;
use watchfire_bus::store::Tally;
use watchfire_model::EventTime;

/// How the bus does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Health {
    /// Targets that there are deliveries of, by ARN.
    pub targets: Vec<TargetHealth>,
    /// Since the start.
    pub counts: Counts,
    /// Requests under way.
    pub in_flight: usize,
    /// Whether what came of attempts cannot be written down at present; nothing is sent then.
    pub ledger_fails: bool,
}

/// How a target does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TargetHealth {
    /// Its ARN.
    pub target: String,
    /// Deliveries on their way.
    pub queued: u64,
    /// Deliveries made, as far as they are remembered.
    pub delivered: u64,
    /// Deliveries given up, as far as they are remembered.
    pub dead: u64,
    /// Requests under way.
    pub in_flight: usize,
    /// When one arrived last, since the start.
    pub last_success: Option<EventTime>,
    /// When one failed last, since the start, and why.
    pub last_failure: Option<(EventTime, Failure)>,
}

/// What was counted since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Attempts at deliveries.
    pub attempts: u64,
    /// Those that succeeded.
    pub delivered: u64,
    /// Those after which another follows.
    pub postponed: u64,
    /// Those after which none follows.
    pub dead: u64,
    /// Deliveries that were written down by this bus; those that came with an epoch are not among them.
    pub accepted: u64,
    /// See [`Matched::undecided`](watchfire_bus::deliver::Matched::undecided).
    pub undecided: u64,
}

/// Targets whose last success and failure are remembered: as many as all rules of an account have.
const TARGETS_MAX: usize = 2000;

/// What is known of targets since the start.
#[derive(Debug, Default)]
pub(crate) struct Pulse(Mutex<(BTreeMap<String, Seen>, Counts)>);

#[derive(Debug, Clone, Default)]
struct Seen {
    success: Option<EventTime>,
    failure: Option<(EventTime, Failure)>,
}

impl Pulse {
    /// Counts something.
    pub(crate) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).1);
    }

    /// Notes what came of an attempt.
    pub(crate) fn note(&self, target: &str, verdict: &Result<(), Failure>, now: EventTime) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (targets, counts) = &mut *known;
        counts.attempts += 1;
        if !targets.contains_key(target) && targets.len() >= TARGETS_MAX {
            targets.clear();
        }
        let seen = targets.entry(target.to_owned()).or_default();
        match verdict {
            Ok(()) => seen.success = Some(now),
            Err(failure) => seen.failure = Some((now, failure.clone())),
        }
    }

    /// With what the ledger counts.
    pub(crate) fn health(&self, tallies: Vec<Tally>, in_flight: impl Fn(Option<&str>) -> usize, ledger_fails: bool) -> Health {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (seen, counts) = &*known;
        let of_tally = |tally: Tally| {
            let Seen { success, failure } = seen.get(&tally.target).cloned().unwrap_or_default();
            TargetHealth {
                in_flight: in_flight(Some(&tally.target)),
                target: tally.target,
                queued: tally.due,
                delivered: tally.delivered,
                dead: tally.dead,
                last_success: success,
                last_failure: failure,
            }
        };
        Health { targets: tallies.into_iter().map(of_tally).collect(), counts: *counts, in_flight: in_flight(None), ledger_fails }
    }
}
