//! The loop around a ledger, without the loop: what is done before and after each attempt.

use std::time::Duration;

use watchfire_model::EventTime;

use super::{Delivery, DeliveryId, Ledger, Matched, Origin, Rulebook, Scratch, Stage, step};
use crate::chance::Chance;
use crate::event::Event;
use crate::retry::{Backoff, Failure};
use crate::store::StoreError;

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Deliveries that were new.
    pub deliveries: usize,
    /// Rules that matched, counted once for each event.
    pub rules: usize,
    /// Targets that were passed over because the event came from another bus already.
    pub held_back: usize,
    /// Events kept by archives, counted once for each archive.
    pub archived: usize,
    /// See [`Matched::undecided`].
    pub undecided: usize,
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
    pub fn ledger(&self) -> &L {
        &self.ledger
    }

    /// Matches events against one version of the rules and writes their deliveries down, and what archives want. When this returns, the
    /// events may be acknowledged; when it fails, they must not be, and taking them in again does no harm.
    ///
    /// # Errors
    /// The ledger's.
    pub fn accept(&self, rules: &Rulebook, seen: &[Seen<'_>], now: EventTime, scratch: &mut Scratch) -> Result<Accepted, StoreError> {
        let mut all = Matched::default();
        for one in seen {
            all.join(rules.matched(one.bus, one.event, &one.origin, now, scratch));
        }
        self.write(all)
    }

    /// Writes down what events gave that were matched already.
    ///
    /// # Errors
    /// The ledger's.
    pub fn write(&self, matched: Matched) -> Result<Accepted, StoreError> {
        let Matched { deliveries, archived, rules, held_back, undecided } = matched;
        let mut accepted = Accepted { deliveries: 0, rules, held_back, archived: archived.len(), undecided };
        if !deliveries.is_empty() || !archived.is_empty() {
            accepted.deliveries = self.ledger.append(deliveries, archived)?;
        }
        Ok(accepted)
    }

    /// Deliveries to be tried now, of each target as many as `share` says of its ARN.
    ///
    /// # Errors
    /// The ledger's.
    pub fn take(&self, now: EventTime, share: &mut dyn FnMut(&str) -> usize) -> Result<Vec<Delivery>, StoreError> {
        let loan = i64::try_from(self.loan.as_millis()).unwrap_or(i64::MAX);
        self.ledger.lend(now, EventTime(now.millis().saturating_add(loan)), share)
    }

    /// Writes down what came of attempts, and says of each what became of it.
    ///
    /// # Errors
    /// The ledger's; the deliveries will be handed out again, for nobody knows that they arrived.
    pub fn settle(
        &self,
        attempts: Vec<(Delivery, Result<(), Failure>)>,
        now: EventTime,
        chance: &mut dyn Chance,
    ) -> Result<Vec<Settled>, StoreError> {
        let (mut changed, mut letters, mut settled) = (Vec::new(), Vec::new(), Vec::new());
        for (delivery, result) in attempts {
            let after = step(delivery, result, &self.backoff, now, chance);
            settled.push(match after.delivery.stage {
                Stage::Due { at } => Settled::Again { at: at.0 },
                Stage::Delivered { .. } => Settled::Delivered,
                Stage::Dead { .. } => Settled::Dead { letter: after.letter.is_some() },
            });
            changed.push(after.delivery);
            letters.extend(after.letter);
        }
        self.ledger.settle(changed, letters)?;
        Ok(settled)
    }

    /// Brings a delivery that was given up on its way again; false where there is none.
    ///
    /// # Errors
    /// The ledger's.
    pub fn redrive(&self, id: &DeliveryId, now: EventTime) -> Result<bool, StoreError> {
        match self.ledger.get(id)? {
            Some(delivery) if matches!(delivery.stage, Stage::Dead { .. }) => {
                self.ledger.settle(vec![delivery.redriven(now)], Vec::new())?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}
