//! Deliveries that are lent. What is lent is known in memory alone: a crash ends all loans.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use watchfire_bus::deliver::Delivery;
use watchfire_model::EventTime;

/// Deliveries that are lent.
#[derive(Debug, Default)]
pub(in super::super) struct Loans(Mutex<Lent>);

/// By target and id, until when.
#[derive(Debug, Default)]
pub(super) struct Lent {
    by_target: HashMap<String, HashMap<String, EventTime>>,
    /// Grows each time, so that another target is the first to be asked.
    pub(super) turn: usize,
}

impl Loans {
    pub(super) fn lock(&self) -> MutexGuard<'_, Lent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    /// How many of a target.
    pub(super) fn count(&self, target: &str) -> usize {
        self.by_target.get(target).map_or(0, HashMap::len)
    }

    /// Until when a delivery is lent.
    pub(super) fn until(&self, target: &str, id: &str) -> Option<EventTime> {
        self.by_target.get(target)?.get(id).copied()
    }

    pub(super) fn begin(&mut self, lent: &[Delivery], until: EventTime) {
        for delivery in lent {
            self.by_target.entry(delivery.target.arn.clone()).or_default().insert(delivery.id.as_str().to_owned(), until);
        }
    }

    pub(super) fn end(&mut self, settled: &[Delivery]) {
        for delivery in settled {
            let Some(of_target) = self.by_target.get_mut(&delivery.target.arn) else { continue };
            of_target.remove(delivery.id.as_str());
            if of_target.is_empty() {
                self.by_target.remove(&delivery.target.arn);
            }
        }
    }
}
