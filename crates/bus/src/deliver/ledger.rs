//! Where deliveries are written down.

use watchfire_model::EventTime;

use super::{Delivery, DeliveryId};
use crate::store::{Archived, StoreError};

/// Where deliveries are written down. Each call happens whole or not at all; what a call that returned has written is there after any
/// crash. Callers of several threads may be in it at once.
pub trait Ledger {
    /// Writes new deliveries and events for archives in one step, and says how many deliveries were new. One whose id is known is left
    /// as it is, whatever its stage: the event was seen before. The same holds for an event that an archive has.
    ///
    /// # Errors
    /// Nothing was written.
    fn append(&self, deliveries: Vec<Delivery>, archived: Vec<Archived>) -> Result<usize, StoreError>;

    /// Deliveries that are due at an instant: of each target, known by its ARN, those longest due, as many as `share` says of it. They
    /// are lent until another instant and not handed out again before; a loan need not outlive a crash.
    ///
    /// # Errors
    /// None are lent.
    fn lend(&self, now: EventTime, until: EventTime, share: &mut dyn FnMut(&str) -> usize) -> Result<Vec<Delivery>, StoreError>;

    /// Writes what became of deliveries, ends their loans, and writes new ones, in one step.
    ///
    /// # Errors
    /// Nothing was written.
    fn settle(&self, changed: Vec<Delivery>, new: Vec<Delivery>) -> Result<(), StoreError>;

    /// A delivery.
    ///
    /// # Errors
    /// It cannot be read.
    fn get(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError>;

    /// When the next delivery to a target that is open is due or its loan over, where there is one: how long a worker may sleep.
    ///
    /// # Errors
    /// It cannot be read.
    fn next_due(&self, is_open: &mut dyn FnMut(&str) -> bool) -> Result<Option<EventTime>, StoreError>;
}

/// Whoever has a pointer to a ledger has a ledger.
macro_rules! pointers {
    ($($pointer:ty),*) => {
        $(impl<L: Ledger + ?Sized> Ledger for $pointer {
            fn append(&self, deliveries: Vec<Delivery>, archived: Vec<Archived>) -> Result<usize, StoreError> {
                (**self).append(deliveries, archived)
            }

            fn lend(&self, now: EventTime, until: EventTime, share: &mut dyn FnMut(&str) -> usize) -> Result<Vec<Delivery>, StoreError> {
                (**self).lend(now, until, share)
            }

            fn settle(&self, changed: Vec<Delivery>, new: Vec<Delivery>) -> Result<(), StoreError> {
                (**self).settle(changed, new)
            }

            fn get(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
                (**self).get(id)
            }

            fn next_due(&self, is_open: &mut dyn FnMut(&str) -> bool) -> Result<Option<EventTime>, StoreError> {
                (**self).next_due(is_open)
            }
        })*
    };
}

pointers!(&L, std::sync::Arc<L>);
