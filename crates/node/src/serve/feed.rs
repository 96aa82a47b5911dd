//! From what sources bring to what is true: batches for the ingestion, and what became of them told back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use watchfire_bus::deliver::Rulebook;
use watchfire_dispatch::Bus;
use watchfire_ingest::{Arrival, Cause, Listing, Outcome, Receipt, Unreadable};
use watchfire_server::live::Topic;
use watchfire_state::KeyedFinding;

use super::findings::Teller;
use super::sources::{Brought, Sources};
use crate::{Feed, Next, Passing, Taken};

/// Batches for the ingestion.
pub(super) struct Arrivals {
    pub sources: Arc<Sources>,
    pub brought: Receiver<Brought>,
    pub bus: Bus,
    pub teller: Teller,
    /// Ends the run.
    pub stop: Arc<AtomicBool>,
    /// Ends the run so that it begins anew with other rules.
    pub anew: Arc<AtomicBool>,
    /// Why records cannot be taken in; nothing once they are.
    pub trouble: Arc<Mutex<Option<String>>>,
    /// Findings of our own.
    pub own: Option<Receiver<KeyedFinding>>,
    /// Receipts of the batch under way, by the source of the object.
    pub under_way: HashMap<Arc<str>, Vec<(usize, Receipt)>>,
}

/// How long the feed waits for something.
const PATIENCE: Duration = Duration::from_millis(250);

/// A batch is no larger than this where what sources bring allows it: it is true soon.
const OBJECTS_MAX: usize = 512;
const BYTES_MAX: u64 = 32 << 20;

/// Records of a batch that are shown to those who follow, and their size.
const TAIL_MAX: usize = 50;
const TAIL_BYTES_MAX: usize = 16 << 10;

impl Arrivals {
    fn gather(&mut self, first: Brought) -> Listing {
        let (mut arrivals, mut bytes) = (Vec::new(), 0);
        let mut next = Some(first);
        while let Some(Brought { source, arrivals: more }) = next {
            for arrival in &more {
                bytes += arrival.object.bytes.unwrap_or_default();
                self.under_way.entry(arrival.object.source.clone()).or_default().push((source, arrival.receipt));
            }
            arrivals.extend::<Vec<Arrival>>(more);
            let has_room = arrivals.len() < OBJECTS_MAX && bytes < BYTES_MAX;
            next = if has_room { self.brought.try_recv().ok() } else { None };
        }
        Listing::of(arrivals)
    }

    /// Gives everything under way back to its sources, to be brought again: it did not become true.
    pub fn give_back(&mut self, why: &str) {
        let outcome = Outcome::Failed(Unreadable { detail: why.replace('\n', "; "), cause: Cause::Passing });
        self.tell_sources(|_| outcome.clone());
    }

    /// Tells every source what became of what it brought.
    fn settle(&mut self, taken: &Taken) {
        let mut failed: HashMap<&str, &Unreadable> = HashMap::new();
        failed.extend(taken.ingested.unreadable.iter().map(|(source, why)| (&**source, why)));
        for read in &taken.read {
            let owner = self.under_way.get(&read.source).and_then(|receipts| receipts.first());
            owner.into_iter().for_each(|(source, _)| self.sources.count(*source, read.records, read.rejects));
        }
        self.tell_sources(|object| failed.get(object).map_or(Outcome::Durable, |why| Outcome::Failed((*why).clone())));
    }

    /// Ends what is under way: each source hears of its receipts what became of their objects.
    fn tell_sources(&mut self, outcome_of: impl Fn(&str) -> Outcome) {
        let mut settled: HashMap<usize, Vec<(Receipt, Outcome)>> = HashMap::new();
        for (object, receipts) in self.under_way.drain() {
            let outcome = outcome_of(&object);
            for (source, receipt) in receipts {
                settled.entry(source).or_default().push((receipt, outcome.clone()));
            }
        }
        settled.into_iter().for_each(|(source, settled)| self.sources.settle(source, settled));
    }
}

impl Feed for Arrivals {
    fn next(&mut self) -> Next {
        if self.stop.load(Ordering::Acquire) || self.anew.load(Ordering::Acquire) {
            return Next::End;
        }
        let own: Vec<KeyedFinding> = self.own.iter().flat_map(Receiver::try_iter).collect();
        if !own.is_empty() {
            return Next::Findings(own);
        }
        match self.brought.recv_timeout(PATIENCE) {
            Ok(first) => Next::Objects(self.gather(first)),
            Err(RecvTimeoutError::Timeout) => Next::Quiet,
            // Without sources there is nothing to wait for, but what is pushed may come with the next start.
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(PATIENCE);
                Next::Quiet
            }
        }
    }

    fn rulebook(&self) -> Option<Arc<Rulebook>> {
        Some(self.bus.rulebook())
    }

    /// Some records of each batch for those who follow; nobody reads thousands a second.
    fn passing(&self) -> Option<Passing> {
        let live = self.teller.live.clone();
        if live.followers() == 0 {
            return None;
        }
        let left = AtomicUsize::new(TAIL_MAX);
        Some(Arc::new(move |record| {
            let has_room = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
            if has_room && record.raw().len() <= TAIL_BYTES_MAX {
                live.publish(Topic::Tail, record.raw());
            }
        }))
    }

    fn taken(&mut self, taken: Taken) -> anyhow::Result<()> {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.bus.wake();
        if taken.is_batch {
            self.settle(&taken);
        }
        self.teller.tell(&taken.ingested.findings, taken.ingested.epochs)
    }
}
