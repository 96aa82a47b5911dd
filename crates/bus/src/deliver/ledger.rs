//! Where deliveries are written down.

use watchfire_model::EventTime;

use super::{Delivery, DeliveryId};

/// Where deliveries are written down. Each call happens whole or not at all; what a call that returned has written is there after any
/// crash. Whoever implements it runs the crash test of this crate against it.
pub trait Ledger {
    /// What can go wrong: the disk, the database.
    type Error;

    /// Writes new deliveries, and says how many were new. One whose id is known is left as it is, whatever its stage: the event was
    /// seen before.
    ///
    /// # Errors
    /// Nothing was written.
    fn append(&mut self, deliveries: Vec<Delivery>) -> Result<usize, Self::Error>;

    /// Deliveries that are due at an instant, longest due first, at most so many. They are lent until another instant and not handed
    /// out again before; a loan need not outlive a crash.
    ///
    /// # Errors
    /// None are lent.
    fn lend(&mut self, now: EventTime, until: EventTime, most: usize) -> Result<Vec<Delivery>, Self::Error>;

    /// Writes what became of a delivery, ends its loan, and writes new deliveries, in one step.
    ///
    /// # Errors
    /// Nothing was written.
    fn settle(&mut self, delivery: Delivery, also: Vec<Delivery>) -> Result<(), Self::Error>;

    /// A delivery.
    ///
    /// # Errors
    /// It cannot be read.
    fn get(&mut self, id: &DeliveryId) -> Result<Option<Delivery>, Self::Error>;

    /// Deliveries that were given up, by id, after one of them, at most so many.
    ///
    /// # Errors
    /// They cannot be read.
    fn dead(&mut self, after: Option<&DeliveryId>, most: usize) -> Result<Vec<Delivery>, Self::Error>;

    /// When the next delivery is due or its loan over, where there is one: how long a worker may sleep.
    ///
    /// # Errors
    /// It cannot be read.
    fn next_due(&mut self) -> Result<Option<EventTime>, Self::Error>;
}
