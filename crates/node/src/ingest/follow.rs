//! Logs that go on coming: batch after batch into the lake, findings as they come.

use std::sync::Arc;
use std::time::{Duration, Instant};

use watchfire_bus::deliver::Rulebook;
use watchfire_ingest::{Listing, ReadOptions, Reader, Selection};
use watchfire_state::KeyedFinding;
use watchfire_watch::Engine;

use super::read::{Crew, ObjectRead, Passing, Reading, Round};
use super::seen::Listed;
use super::{IngestOptions, Ingested, Ingestion};
use crate::Meter;

/// What is to be done next.
#[derive(Debug)]
pub enum Next {
    /// Take these objects in.
    Objects(Listing),
    /// Make these findings true.
    Findings(Vec<KeyedFinding>),
    /// Nothing has come for a while.
    Quiet,
    /// Stop.
    End,
}

/// What became true.
#[derive(Debug, Default)]
pub struct Taken {
    /// What it came to.
    pub ingested: Ingested,
    /// The objects that were read.
    pub read: Vec<ObjectRead>,
    /// Whether it is of the last [`Next::Objects`]; else correlations have run over everything.
    pub is_batch: bool,
}

/// Where objects come from, and who is told when they are true.
pub trait Feed {
    /// What to do next. Waits for it, but not much longer than a second: quiet moments are used.
    fn next(&mut self) -> Next;

    /// The rules of the bus that records are offered to; asked for each batch.
    fn rulebook(&self) -> Option<Arc<Rulebook>> {
        None
    }

    /// Who wants to see records as they pass; asked for each batch.
    fn passing(&self) -> Option<Passing> {
        None
    }

    /// Something is true now; objects that are unreadable are named.
    ///
    /// # Errors
    /// Ends the run; what is true stays true.
    fn taken(&mut self, taken: Taken) -> anyhow::Result<()>;
}

/// Correlations run over everything after this time at the earliest …
const WHOLE_EVERY: Duration = Duration::from_secs(60);

/// … and so much longer after it than they took: what is told late is worth so much of the time.
const WHOLE_SHARE: u32 = 20;

impl Ingestion {
    /// Takes in what comes until the feed ends. Each batch is true when [`Feed::taken`] is told of it; correlations tell what they can with
    /// each, and all they have to say every now and then and in the end.
    ///
    /// # Errors
    /// When disk or state fail; epochs that were closed until then stay.
    pub fn follow(&mut self, engine: &Arc<Engine>, options: &IngestOptions, meter: &Meter, feed: &mut dyn Feed) -> anyhow::Result<()> {
        self.go_live(engine)?;
        let this = &*self;
        std::thread::scope(|scope| {
            let crew = Crew::start(scope, this, engine, options);
            let mut whole = Whole::default();
            loop {
                match feed.next() {
                    Next::Objects(listing) => {
                        let taken = this.batch(&crew, engine, listing, &options.selection, (meter, feed.rulebook(), feed.passing()))?;
                        feed.taken(taken)?;
                    }
                    Next::Findings(findings) => {
                        let mut ingested = Ingested::default();
                        this.close_findings(engine, findings, &mut ingested)?;
                        feed.taken(Taken { ingested, ..Taken::default() })?;
                    }
                    Next::Quiet => {}
                    Next::End => break,
                }
                if whole.is_due() {
                    let begin = Instant::now();
                    let mut ingested = Ingested::default();
                    this.close_correlations(engine, &mut ingested)?;
                    whole.ran(begin);
                    if ingested.epochs > 0 {
                        feed.taken(Taken { ingested, ..Taken::default() })?;
                    }
                }
            }
            let mut ingested = Ingested::default();
            this.close_correlations(engine, &mut ingested)?;
            feed.taken(Taken { ingested, ..Taken::default() })
        })
    }

    /// Reads a listing, and closes its epochs one after the other: they are small.
    fn batch<'m>(
        &'m self,
        crew: &Crew<'m>,
        engine: &Engine,
        mut listing: Listing,
        selection: &Selection,
        (meter, rulebook, passing): (&'m Meter, Option<Arc<Rulebook>>, Option<Passing>),
    ) -> anyhow::Result<Taken> {
        let (begin, mut read) = (Instant::now(), Vec::new());
        let mut ingested = Ingested { pruned: listing.pruned, skipped: listing.skipped, ..Ingested::default() };
        let listed = Listed::new(self, &mut listing, selection, &mut ingested)?;
        let reading = Arc::new(Reading { reader: Reader::new(listing, ReadOptions::default()), listed, meter, rulebook, passing });
        loop {
            let round = crew.round(&reading)?;
            if round.is_empty() {
                ingested.unreadable.extend(round.unreadable.iter().cloned());
                ingested.objects_unreadable += round.unreadable.len() as u64;
                ingested.rejects.merge(Round::into_rejects(round));
                break;
            }
            let mut closed = self.close(engine, round)?;
            read.append(&mut closed.read);
            closed.add_to(&mut ingested);
        }
        ingested.version = self.version();
        ingested.duration = begin.elapsed();
        Ok(Taken { ingested, read, is_batch: true })
    }
}

/// When correlations run over everything.
#[derive(Debug, Default)]
struct Whole {
    next: Option<Instant>,
}

impl Whole {
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        now >= *self.next.get_or_insert(now + WHOLE_EVERY)
    }

    fn ran(&mut self, begin: Instant) {
        self.next = Some(Instant::now() + WHOLE_EVERY.max(begin.elapsed() * WHOLE_SHARE));
    }
}
