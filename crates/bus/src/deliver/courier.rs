//! The loop around a ledger, without the loop: what is done before and after each attempt.

use std::time::Duration;

use watchfire_model::EventTime;

use super::{Delivery, DeliveryId, Ledger, Matched, Origin, Rulebook, Stage, step};
use crate::chance::Chance;
use crate::event::Event;
use crate::retry::{Backoff, Failure};

/// Takes events in, hands deliveries out, and writes down what came of them.
#[derive(Debug)]
pub struct Courier<L> {
    ledger: L,
    backoff: Backoff,
    loan: Duration,
}

/// An event that is to be taken in.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    /// The bus it is for.
    pub bus: &'a str,
    /// The event.
    pub event: &'a Event,
    /// Where it comes from.
    pub origin: Origin<'a>,
}

/// What became of events that were taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Deliveries that were new.
    pub deliveries: usize,
    /// Rules that matched, counted once for each event.
    pub rules: usize,
    /// Targets that were passed over because the event came from another bus already.
    pub held_back: usize,
    /// For each event the archives that want it, in the order of the events.
    pub archives: Vec<Vec<String>>,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Done.
    Delivered,
    /// Due again.
    Again {
        /// When.
        at: EventTime,
    },
    /// Given up.
    Dead {
        /// Whether a dead letter is on its way to a queue; the ledger keeps it in any case.
        letter: bool,
    },
}

impl<L: Ledger> Courier<L> {
    /// A courier over a ledger. A delivery that nobody settles within `loan` is handed out again; make it longer than any attempt.
    pub fn new(ledger: L, backoff: Backoff, loan: Duration) -> Courier<L> {
        Courier { ledger, backoff, loan }
    }

    /// The ledger.
    pub fn ledger(&mut self) -> &mut L {
        &mut self.ledger
    }

    /// Matches events against one version of the rules and writes their deliveries down. When this returns, the events may be
    /// acknowledged; when it fails, they must not be, and taking them in again does no harm.
    ///
    /// # Errors
    /// The ledger's.
    pub fn accept(&mut self, rules: &Rulebook, seen: &[Seen<'_>], now: EventTime) -> Result<Accepted, L::Error> {
        let mut accepted = Accepted::default();
        let mut deliveries = Vec::new();
        for one in seen {
            let Matched { deliveries: mut new, archives, rules, held_back } = rules.matched(one.bus, one.event, &one.origin, now);
            deliveries.append(&mut new);
            accepted.rules += rules;
            accepted.held_back += held_back;
            accepted.archives.push(archives);
        }
        if !deliveries.is_empty() {
            accepted.deliveries = self.ledger.append(deliveries)?;
        }
        Ok(accepted)
    }

    /// Deliveries to be tried now, at most so many.
    ///
    /// # Errors
    /// The ledger's.
    pub fn take(&mut self, now: EventTime, most: usize) -> Result<Vec<Delivery>, L::Error> {
        let loan = i64::try_from(self.loan.as_millis()).unwrap_or(i64::MAX);
        self.ledger.lend(now, EventTime(now.millis().saturating_add(loan)), most)
    }

    /// Writes down what came of an attempt.
    ///
    /// # Errors
    /// The ledger's; the delivery will be handed out again, for nobody knows that it arrived.
    pub fn settle(
        &mut self,
        delivery: Delivery,
        result: Result<(), Failure>,
        now: EventTime,
        chance: &mut dyn Chance,
    ) -> Result<Settled, L::Error> {
        let after = step(delivery, result, &self.backoff, now, chance);
        let settled = match after.delivery.stage {
            Stage::Due { at } => Settled::Again { at: at.0 },
            Stage::Delivered { .. } => Settled::Delivered,
            Stage::Dead { .. } => Settled::Dead { letter: after.letter.is_some() },
        };
        self.ledger.settle(after.delivery, after.letter.into_iter().collect())?;
        Ok(settled)
    }

    /// Brings a delivery that was given up on its way again; false where there is none.
    ///
    /// # Errors
    /// The ledger's.
    pub fn redrive(&mut self, id: &DeliveryId, now: EventTime) -> Result<bool, L::Error> {
        match self.ledger.get(id)? {
            Some(delivery) if matches!(delivery.stage, Stage::Dead { .. }) => {
                self.ledger.settle(delivery.redriven(now), Vec::new())?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}
