//! Pushed batches as a source.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use watchfire_model::EventTime;

use super::Spool;
use crate::listing::Location;
use crate::{Arrival, Cause, Error, Health, Object, Outcome, Receipt, Source};

/// Reads what is kept for one source. Batches come in the order in which they were kept.
#[derive(Debug)]
pub struct SpoolSource {
    spool: Arc<Spool>,
    name: String,
    /// Those brought, and those that failed, with the time from which they may be brought again.
    pending: HashMap<u64, Instant>,
    health: Health,
}

/// Batches brought at once, and their bytes: about what an epoch takes.
const MOST: (usize, u64) = (1000, 64 << 20);

/// The pause before a batch that could not be read is tried again; the disk may be better then.
const PAUSE: Duration = Duration::from_secs(10);

impl Spool {
    /// The source of what is kept under a name; one a name.
    pub fn source(self: &Arc<Self>, name: &str, silent_after: Option<Duration>) -> SpoolSource {
        SpoolSource { spool: self.clone(), name: name.to_owned(), pending: HashMap::new(), health: Health::new(silent_after) }
    }
}

impl Source for SpoolSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn arrivals(&mut self, patience: Duration) -> Result<Vec<Arrival>, Error> {
        let now = Instant::now();
        let free = |number: u64| self.pending.get(&number).is_none_or(|until| *until <= now);
        let found = self.spool.batches(&self.name, patience, free, MOST);
        let mut arrivals = Vec::with_capacity(found.len());
        for (number, bytes) in found {
            let source: Arc<str> = format!("push:{}/{number}", self.name).into();
            let time = Some(EventTime(i64::try_from(number / 1_000_000).unwrap_or(i64::MAX)));
            // Without a fingerprint nothing of it is remembered: there is one batch for each second of the year.
            let location = Location::Path(self.spool.path(&self.name, number).into_boxed_path());
            self.health.bring(&source, time);
            self.pending.insert(number, now + FOR_EVER);
            let object = Object { source, bytes: Some(bytes), fingerprint: None, time, location };
            arrivals.push(Arrival::local(Receipt(number), object));
        }
        Ok(arrivals)
    }

    fn settle(&mut self, settled: &[(Receipt, Outcome)]) -> Result<(), Error> {
        let mut outcome = Ok(());
        for (Receipt(number), became) in settled {
            if self.pending.remove(number).is_none() {
                continue;
            }
            self.health.pending = self.health.pending.saturating_sub(1);
            match became {
                Outcome::Failed(why) if why.cause != Cause::Gone => {
                    self.health.failed += 1;
                    self.health.trouble = Some(why.detail.clone());
                    self.pending.insert(*number, Instant::now() + PAUSE);
                    continue;
                }
                Outcome::Failed(why) => {
                    self.health.vanished += 1;
                    self.health.pass_over(format!("push:{}/{number}: {}", self.name, why.detail));
                }
                Outcome::Durable => self.health.durable += 1,
            }
            let removed = self.spool.remove(&self.name, *number);
            self.health.note(&removed);
            outcome = outcome.and(removed);
        }
        outcome
    }

    fn health(&self) -> Health {
        Health { waiting: Some(self.spool.waiting(&self.name).0.saturating_sub(self.health.pending)), ..self.health.clone() }
    }
}

/// Until it is settled.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
