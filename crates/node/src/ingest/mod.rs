//! Logs into the lake, and what rules say about them into the state: nothing lost, nothing doubled.
//!
//! Workers read objects in rounds; each round becomes an epoch: rows are committed to the table under the epoch's number, then one
//! transaction of the state makes objects, findings, rejects and signals true. While an epoch closes, the next round is read. After a
//! crash the objects of the epoch that did not close are read again: their rows are known as duplicates, their findings are the same.
//! What correlations say is an epoch of its own at the end of a run, for a window does not end where an epoch does.

pub(crate) use self::close::now;

mod close;
mod follow;
mod read;
mod seen;
mod signals;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use anyhow::Context;
use watchfire_ingest::{Place, ReadOptions, Reader, Selection, Skipped, Unreadable};
use watchfire_model::{Rejects, Severity};
use watchfire_state::FindingId;
use watchfire_watch::{Counts, Engine};

pub use self::close::Ingestion;
pub use self::follow::{Feed, Next, Taken};
use self::read::{Crew, Reading, Round};
pub use self::read::{ObjectRead, Passing};
use self::seen::Listed;
use crate::Meter;

/// What to ingest, and how.
#[derive(Debug, Clone)]
pub struct IngestOptions {
    /// Where the logs are.
    pub places: Vec<Place>,
    /// Which of them, and which records.
    pub selection: Selection,
    /// Worker threads; 0 for one a core.
    pub threads: usize,
    /// Records after which an epoch closes.
    pub epoch_records: u64,
    /// Bytes of record text after which an epoch closes. Three times as many are in memory: while one epoch closes, another waits and the next is read.
    pub epoch_bytes: u64,
}

impl Default for IngestOptions {
    fn default() -> Self {
        IngestOptions {
            places: Vec::new(),
            selection: Selection::default(),
            threads: 0,
            epoch_records: EPOCH_RECORDS,
            epoch_bytes: EPOCH_BYTES,
        }
    }
}

/// A few seconds of work: little is read again after a crash, and a day of a busy organisation is still few files.
const EPOCH_RECORDS: u64 = 250_000;

/// Rounds that wait for the one that closes: reading and closing take turns in being the slower one.
const ROUNDS_WAITING: usize = 1;

/// Three epochs as rows, one of them in columns too, and what days already hold stay well below 1 GiB.
const EPOCH_BYTES: u64 = 128 << 20;

/// What an ingest came to.
#[derive(Debug, Default)]
pub struct Ingested {
    /// Objects that were read.
    pub objects_new: u64,
    /// Objects that were read before, as they are now.
    pub objects_seen: u64,
    /// Objects that could not be opened; they are tried again next time.
    pub objects_unreadable: u64,
    /// Which, and why.
    pub unreadable: Vec<(Arc<str>, Unreadable)>,
    /// Epochs that were closed.
    pub epochs: u64,
    /// How much was read.
    pub counts: Counts,
    /// Rows that are new in the table.
    pub rows: u64,
    /// Records that the table held already, or that came twice.
    pub duplicates: u64,
    /// Bytes of data files that were written.
    pub bytes_stored: u64,
    /// The table's version afterwards.
    pub version: u64,
    /// What could not be processed.
    pub rejects: Rejects,
    /// Findings that rules made, by id: how severe each is.
    pub findings: BTreeMap<FindingId, Severity>,
    /// How many of them were not known before.
    pub findings_new: u64,
    /// How often rules less severe than the engine makes findings of matched.
    pub below: u64,
    /// What the selection left out.
    pub pruned: u64,
    /// What was never to be read.
    pub skipped: Skipped,
    /// How long it took.
    pub duration: Duration,
}

impl Ingestion {
    /// Reads what is new in the places. Returns once all of it is true.
    ///
    /// # Errors
    /// When a place cannot be listed, or disk or state fail; epochs that were closed until then stay.
    pub fn run(&mut self, engine: &Arc<Engine>, options: &IngestOptions, meter: &Meter) -> anyhow::Result<Ingested> {
        let begin = Instant::now();
        let mut listing = watchfire_ingest::list(&options.places, &options.selection)?;
        let mut ingested = Ingested { pruned: listing.pruned, skipped: listing.skipped, ..Ingested::default() };
        let known = self.findings_known()?;
        let listed = Listed::new(self, &mut listing, &options.selection, &mut ingested)?;
        meter.objects_total.store(listing.objects.len() as u64, Ordering::Relaxed);
        meter.bytes_total.store(listing.bytes, Ordering::Relaxed);
        let reading =
            Arc::new(Reading { reader: Reader::new(listing, ReadOptions::default()), listed, meter, rulebook: None, passing: None });
        self.read_all(engine, options, &reading, &mut ingested)?;
        self.close_correlations(engine, &mut ingested)?;
        ingested.version = self.version();
        ingested.findings_new = self.findings_known()? - known;
        ingested.duration = begin.elapsed();
        Ok(ingested)
    }

    /// Round after round; each closes while the next is read.
    fn read_all<'m>(
        &'m self,
        engine: &'m Arc<Engine>,
        options: &IngestOptions,
        reading: &Arc<Reading<'m>>,
        ingested: &mut Ingested,
    ) -> anyhow::Result<()> {
        std::thread::scope(|scope| {
            let crew = Crew::start(scope, self, engine, options);
            let (close, rounds) = mpsc::channel::<Round>();
            let (tell, closed) = mpsc::channel();
            scope.spawn(move || rounds.into_iter().all(|round| tell.send(self.close(engine, round)).is_ok()));
            let mut closing = 0;
            loop {
                let round = crew.round(reading);
                let is_last = round.as_ref().is_ok_and(Round::is_empty);
                while closing > if is_last || round.is_err() { 0 } else { ROUNDS_WAITING } {
                    closed.recv().context("the thread that closes epochs has ended")??.add_to(ingested);
                    closing -= 1;
                }
                let round = round?;
                if is_last {
                    ingested.rejects.merge(round.into_rejects());
                    return Ok(());
                }
                close.send(round).ok().context("the thread that closes epochs has ended")?;
                closing += 1;
            }
        })
    }
}
