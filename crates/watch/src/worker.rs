//! One thread's way of a log object: decode, judge, gather.

use std::borrow::Cow;
use std::fs::File;
use std::sync::Arc;

use watchfire_decode::{Decoder, Input, Limits, Sink};
use watchfire_detect::Scratch;
use watchfire_model::{EventTime, Finding, Occurrence, Record, Reject, Rejects, cloudtrail};

use crate::book::Book;
use crate::entity::cut;
use crate::signals::{Counted, Origin, Signals, run_correlations};
use crate::{Engine, Error, Keyed, StoredRun};

/// Which records count.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Not before.
    pub from: Option<EventTime>,
    /// Not after.
    pub to: Option<EventTime>,
    /// Only these recipient accounts, when any are named.
    pub accounts: Vec<String>,
    /// Only these regions, when any are named.
    pub regions: Vec<String>,
}

impl Scope {
    fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none() && self.accounts.is_empty() && self.regions.is_empty()
    }

    fn holds(&self, record: &Record<'_>) -> bool {
        let named = |wanted: &[String], slot| {
            wanted.is_empty() || record.text(slot).is_some_and(|text| wanted.iter().any(|wanted| *wanted == text))
        };
        let is_named = named(&self.accounts, cloudtrail::RECIPIENT_ACCOUNT_ID) && named(&self.regions, cloudtrail::AWS_REGION);
        is_named && self.holds_at(time_of(record))
    }

    /// Whether it holds records of a time.
    pub(crate) fn holds_at(&self, time: Option<EventTime>) -> bool {
        self.from.is_none_or(|from| time.is_some_and(|time| time >= from)) && self.to.is_none_or(|to| time.is_some_and(|time| time <= to))
    }
}

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Objects decoded.
    pub objects: u64,
    /// Records judged.
    pub records: u64,
    /// Records outside the scope.
    pub out_of_scope: u64,
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes after decompression.
    pub bytes_inflated: u64,
}

impl Counts {
    /// Adds another part of the run.
    pub fn add(&mut self, other: Counts) {
        self.objects += other.objects;
        self.records += other.records;
        self.out_of_scope += other.out_of_scope;
        self.bytes_in += other.bytes_in;
        self.bytes_inflated += other.bytes_inflated;
    }
}

/// What one worker, or several joined, gathered.
#[derive(Debug)]
pub struct Gathered {
    /// How much was read.
    pub counts: Counts,
    /// What was rejected.
    pub rejects: Rejects,
    pub(crate) book: Book,
    pub(crate) signals: Signals,
}

impl Gathered {
    fn new(signal_bytes_max: usize, engine: &Engine) -> Gathered {
        Gathered {
            counts: Counts::default(),
            rejects: Rejects::default(),
            book: Book::default(),
            signals: Signals::new(signal_bytes_max, engine.least.clone()),
        }
    }

    /// Joins what another worker gathered.
    pub fn join(&mut self, other: Gathered, engine: &Engine) {
        self.counts.add(other.counts);
        self.rejects.merge(other.rejects);
        self.book.join(other.book, engine);
        self.signals.join(other.signals);
    }

    /// Closes the book on what rules said about single records, and how often rules below the engine's floor matched. What
    /// correlations need stays for [`write_signals`](Self::write_signals).
    pub fn rule_findings(&mut self, engine: &Engine) -> (Vec<Keyed>, u64) {
        let book = std::mem::take(&mut self.book);
        let below = book.below();
        (book.close(engine), below)
    }

    /// Writes what correlations need to a file, for [`correlate`](crate::correlate) later on, and counts it.
    ///
    /// # Errors
    /// [`Error::Store`] when the file cannot be written, [`Error::Spill`] when temporary files cannot be written or read back.
    pub fn write_signals(self, engine: &Engine, counted: &mut Counted, file: File) -> Result<StoredRun, Error> {
        crate::signals::store(self.signals, engine, counted, file)
    }

    /// Runs the correlations and closes the book: findings, most urgent first, then oldest first, and how often rules below the
    /// engine's floor matched.
    pub fn findings(self, engine: &Engine) -> Result<(Vec<Finding>, u64), Error> {
        let book = run_correlations(self.signals, engine, self.book)?;
        let below = book.below();
        Ok((book.close(engine).into_iter().map(|keyed| keyed.finding).collect(), below))
    }
}

/// Signals that all workers together hold in memory before they go to temporary files.
const SIGNAL_BYTES_MAX: usize = 256 << 20;

/// One thread's worker.
#[derive(Debug)]
pub struct Worker {
    pub(crate) engine: Arc<Engine>,
    pub(crate) scope: Scope,
    decoder: Decoder,
    pub(crate) scratch: Scratch,
    pub(crate) gathered: Gathered,
    /// Rules that the record at hand matches.
    pub(crate) matched: Vec<usize>,
    pub(crate) error: Option<Error>,
}

/// What sees every record in scope beside the engine: tallies, sessions.
pub type Observer<'o> = &'o mut dyn FnMut(&Record<'_>, EventTime);

impl Worker {
    /// One of so many workers for the records in scope.
    pub fn new(engine: Arc<Engine>, scope: Scope, workers: usize) -> Worker {
        let gathered = Gathered::new(SIGNAL_BYTES_MAX / workers.max(1), &engine);
        let decoder = Decoder::new(Limits::default());
        Worker { engine, scope, decoder, scratch: Scratch::default(), gathered, matched: Vec::new(), error: None }
    }

    /// Decodes one object and judges its records.
    pub fn take(&mut self, source: &Arc<str>, input: Input<'_>, observe: Option<Observer<'_>>) {
        let mut judge = Judge {
            engine: &self.engine,
            scope: (!self.scope.is_open()).then_some(&self.scope),
            scratch: &mut self.scratch,
            gathered: &mut self.gathered,
            matched: &mut self.matched,
            error: &mut self.error,
            observe,
        };
        let outcome = self.decoder.decode(source, input, &mut judge);
        let counts = &mut self.gathered.counts;
        counts.objects += 1;
        counts.bytes_in += outcome.bytes_in;
        counts.bytes_inflated += outcome.bytes_inflated;
    }

    /// Counts something that could not be read at all.
    pub fn reject(&mut self, reject: Reject) {
        self.gathered.rejects.observe(reject);
    }

    /// How many records were judged so far.
    pub fn records(&self) -> u64 {
        self.gathered.counts.records
    }

    /// How much was read so far.
    pub fn counts(&self) -> Counts {
        self.gathered.counts
    }

    /// How many rejects there were so far.
    pub fn rejected(&self) -> u64 {
        self.gathered.rejects.total()
    }

    /// What was gathered since the last time; the worker goes on with nothing.
    pub fn empty(&mut self) -> Gathered {
        let nothing = Gathered::new(self.gathered.signals.bytes_max(), &self.engine);
        std::mem::replace(&mut self.gathered, nothing)
    }

    /// What stopped the worker, if anything did.
    pub fn error(&mut self) -> Option<Error> {
        self.error.take()
    }

    /// What was gathered.
    pub fn finish(self) -> Gathered {
        self.gathered
    }
}

/// Receives the decoder's records.
struct Judge<'w, 'o> {
    engine: &'w Engine,
    scope: Option<&'w Scope>,
    scratch: &'w mut Scratch,
    gathered: &'w mut Gathered,
    matched: &'w mut Vec<usize>,
    error: &'w mut Option<Error>,
    observe: Option<Observer<'o>>,
}

impl Sink for Judge<'_, '_> {
    #[inline]
    fn record(&mut self, source: &Arc<str>, record: Record<'_>) {
        if self.scope.is_some_and(|scope| !scope.holds(&record)) {
            self.gathered.counts.out_of_scope += 1;
            return;
        }
        self.gathered.counts.records += 1;
        if let Some(observe) = &mut self.observe {
            observe(&record, time_of(&record).unwrap_or_default());
        }
        self.matched.clear();
        self.engine.matcher.matches(&record, self.scratch, |rule| self.matched.push(rule));
        if !self.matched.is_empty() {
            keep(self.matched, source, &record, self.engine, self.gathered, self.error);
        }
    }

    fn reject(&mut self, reject: Reject) {
        self.gathered.rejects.observe(reject);
    }
}

/// Keeps what the rules that match a record say: findings, and signals for the correlations that wait for them.
pub(crate) fn keep(
    matched: &[usize],
    source: &Arc<str>,
    record: &Record<'_>,
    engine: &Engine,
    gathered: &mut Gathered,
    error: &mut Option<Error>,
) {
    let event_id = record.text(cloudtrail::EVENT_ID).unwrap_or(Cow::Borrowed(""));
    let time = time_of(record).unwrap_or_default();
    let mut occurrence = None;
    for rule in matched {
        if !engine.rules.rules[*rule].quiet {
            let occurrence =
                occurrence.get_or_insert_with(|| Occurrence { event_id: (&*cut(&event_id)).into(), time, source: source.clone() });
            gathered.book.matched(*rule, record, occurrence, engine);
        }
        engine.plan.feed(*rule, record, |fed| {
            if let Err(failed) = gathered.signals.add(&fed, &Origin { event_id: &event_id, time, source }) {
                error.get_or_insert(failed.into());
            }
        });
    }
}

/// When a record happened; the decoder lets none pass without a text there, but the text may be no time.
pub(crate) fn time_of(record: &Record<'_>) -> Option<EventTime> {
    record.text(cloudtrail::EVENT_TIME)?.parse().ok()
}
