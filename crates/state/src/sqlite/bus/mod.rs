//! What the bus needs kept: [`Store`](watchfire_bus::store::Store) on the file.

mod archived;
mod deliveries;
mod lend;
mod list;
mod loans;
mod seal;
mod things;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use watchfire_bus::deliver::{Delivery, DeliveryId, Ledger};
use watchfire_bus::event::{Event, EventId};
use watchfire_bus::rules::Change;
use watchfire_bus::store::{Archived, DeliveryFilter, DeliveryPage, StageKind, Store, StoreError, Tally, Weight};
use watchfire_model::EventTime;
use watchfire_trust::SealKey;

pub(super) use loans::Loans;

use super::fault::Fault;
use super::{Haste, State};

/// Writes what events gave, within a transaction; how many deliveries were new.
pub(super) fn add(transaction: &Transaction<'_>, deliveries: &[Delivery], archived: &[Archived]) -> Result<usize, Fault> {
    archived::add(transaction, archived)?;
    deliveries::add(transaction, deliveries)
}

impl State {
    /// Seals the connections of the bus, which hold secrets, from now on, and opens those that were sealed. Those that lie open stay so
    /// until they change.
    #[must_use]
    pub fn sealed_with(self, key: SealKey) -> State {
        State { seal: Some(key), ..self }
    }

    fn written<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, StoreError> {
        let write = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        self.connected(write).map_err(StoreError::new)
    }

    fn looked_up<T>(&self, haste: Haste, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        self.read(haste, work).map_err(StoreError::new)
    }
}

impl Ledger for State {
    fn append(&self, deliveries: Vec<Delivery>, archived: Vec<Archived>) -> Result<usize, StoreError> {
        self.written(|transaction| add(transaction, &deliveries, &archived))
    }

    fn lend(&self, now: EventTime, until: EventTime, share: &mut dyn FnMut(&str) -> usize) -> Result<Vec<Delivery>, StoreError> {
        let mut loans = self.loans.lock();
        self.looked_up(Haste::Urgent, |connection| lend::lend(connection, &mut loans, now, until, share))
    }

    fn settle(&self, changed: Vec<Delivery>, new: Vec<Delivery>) -> Result<(), StoreError> {
        self.written(|transaction| {
            deliveries::set(transaction, &changed)?;
            deliveries::add(transaction, &new)
        })?;
        // Not before it is written: until then a look at the file shows them as due.
        self.loans.lock().end(&changed);
        Ok(())
    }

    fn get(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.looked_up(Haste::Urgent, |connection| deliveries::get(connection, id.as_str()))
    }

    fn next_due(&self, is_open: &mut dyn FnMut(&str) -> bool) -> Result<Option<EventTime>, StoreError> {
        let loans = self.loans.lock();
        self.looked_up(Haste::Urgent, |connection| lend::next_due(connection, &loans, is_open))
    }
}

impl Store for State {
    fn changes(&self) -> Result<Vec<Change>, StoreError> {
        self.looked_up(Haste::Patient, |connection| things::all(connection, self.seal.as_ref()))
    }

    fn keep(&self, changes: &[Change]) -> Result<(), StoreError> {
        self.written(|transaction| things::keep(transaction, changes, self.seal.as_ref()))
    }

    fn archived(
        &self,
        archive: &str,
        from: EventTime,
        until: EventTime,
        after: Option<&(EventTime, EventId)>,
        most: usize,
    ) -> Result<Vec<Event>, StoreError> {
        self.looked_up(Haste::Patient, |connection| archived::between(connection, archive, from, until, after, most))
    }

    fn next_archived(&self, archive: &str, from: EventTime) -> Result<Option<EventTime>, StoreError> {
        self.looked_up(Haste::Patient, |connection| archived::next(connection, archive, from))
    }

    fn forget_archived(&self, archive: &str, before: EventTime) -> Result<u64, StoreError> {
        self.in_parts(|transaction| archived::forget(transaction, archive, before))
    }

    fn weigh(&self, archive: &str) -> Result<Weight, StoreError> {
        self.looked_up(Haste::Patient, |connection| archived::weigh(connection, archive))
    }

    fn deliveries(&self, filter: &DeliveryFilter) -> Result<DeliveryPage, StoreError> {
        let before = list::place(filter.token.as_deref())?;
        self.looked_up(Haste::Patient, |connection| list::page(connection, filter, before))
    }

    fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        self.looked_up(Haste::Patient, list::tallies)
    }

    fn forget_deliveries(&self, stage: StageKind, before: EventTime) -> Result<u64, StoreError> {
        self.in_parts(|transaction| deliveries::forget(transaction, stage, before))
    }

    fn scheduled_until(&self) -> Result<Option<EventTime>, StoreError> {
        self.looked_up(Haste::Patient, things::scheduled_until)
    }

    fn set_scheduled_until(&self, until: EventTime) -> Result<(), StoreError> {
        self.written(|transaction| things::set_scheduled_until(transaction, until))
    }
}

/// Rows that are forgotten in one step: more would keep others from writing for too long.
const PART: u64 = 2000;

impl State {
    /// Repeats a step that forgets at most [`PART`] rows until there is nothing left to forget.
    fn in_parts(&self, step: impl Fn(&Transaction<'_>) -> Result<u64, Fault>) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let part = self.written(&step)?;
            all += part;
            if part < PART {
                return Ok(all);
            }
        }
    }
}
