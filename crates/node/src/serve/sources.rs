//! Sources at work: each has a thread that brings what has arrived and is told what became of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use watchfire_ingest::{Arrival, Health, Outcome, Receipt, Source};
use watchfire_model::EventTime;
use watchfire_server::outside::sources::{SourceHealth, SourceState, Sources as Served};

/// What a source has brought.
pub(super) struct Brought {
    /// Which source, by its place in the configuration.
    pub source: usize,
    /// It.
    pub arrivals: Vec<Arrival>,
}

/// All sources.
pub(super) struct Sources {
    lines: Vec<Line>,
    stop: Arc<AtomicBool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// One source, seen from outside its thread.
struct Line {
    name: String,
    kind: &'static str,
    place: String,
    settle: Sender<Vec<(Receipt, Outcome)>>,
    known: Arc<Mutex<Known>>,
}

/// What is known of a source.
#[derive(Default)]
struct Known {
    health: Option<Health>,
    error: Option<String>,
    /// Whether what it brought last waits to be taken.
    is_waiting: bool,
    records: u64,
    rejects: u64,
}

/// A source before it runs.
pub(super) struct Opened {
    /// The source.
    pub source: Box<dyn Source>,
    /// The word for what it is.
    pub kind: &'static str,
    /// Where it reads.
    pub place: String,
}

/// How long a source waits for something before it looks whether it is to be told something.
const PATIENCE: Duration = Duration::from_millis(500);

/// After an error a source rests so long, doubled with each error that follows, at most so long.
const REST: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Batches that wait to be taken, over all sources; who has more to bring waits.
const BATCHES_WAITING: usize = 4;

impl Sources {
    /// Lets sources run; what they bring is received.
    pub fn start(sources: Vec<Opened>) -> anyhow::Result<(Sources, Receiver<Brought>)> {
        let (bring, brought) = mpsc::sync_channel(BATCHES_WAITING);
        let stop = Arc::new(AtomicBool::new(false));
        let (mut lines, mut threads) = (Vec::new(), Vec::new());
        for (at, Opened { source, kind, place }) in sources.into_iter().enumerate() {
            let (settle, settled) = mpsc::channel();
            let known = Arc::new(Mutex::new(Known::default()));
            let name = source.name().to_owned();
            let thread = Thread { at, source, bring: bring.clone(), settled, known: known.clone(), stop: stop.clone() };
            threads.push(std::thread::Builder::new().name(format!("source-{name}")).spawn(move || thread.run())?);
            lines.push(Line { name, kind, place, settle, known });
        }
        Ok((Sources { lines, stop, threads: Mutex::new(threads) }, brought))
    }

    /// Tells a source what became of what it brought.
    pub fn settle(&self, source: usize, settled: Vec<(Receipt, Outcome)>) {
        // A thread that has ended brings it again after the next start.
        self.lines.get(source).into_iter().for_each(|line| drop(line.settle.send(settled.clone())));
    }

    /// Counts what a source's object held.
    pub fn count(&self, source: usize, records: u64, rejects: u64) {
        let Some(line) = self.lines.get(source) else { return };
        let mut known = lock(&line.known);
        known.records += records;
        known.rejects += rejects;
    }

    /// Sources that have been quiet for longer than they may, by name, with since when.
    pub fn silent(&self, now: EventTime) -> BTreeMap<String, EventTime> {
        let silent = |line: &Line| {
            let known = lock(&line.known);
            let health = known.health.as_ref().filter(|health| health.is_silent(now))?;
            Some((line.name.clone(), health.quiet_since))
        };
        self.lines.iter().filter_map(silent).collect()
    }

    /// Lets the threads end, and waits for them.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("bug: the thread of a source has panicked");
            }
        }
    }
}

fn lock(known: &Mutex<Known>) -> std::sync::MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A source in its thread.
struct Thread {
    at: usize,
    source: Box<dyn Source>,
    bring: SyncSender<Brought>,
    settled: Receiver<Vec<(Receipt, Outcome)>>,
    known: Arc<Mutex<Known>>,
    stop: Arc<AtomicBool>,
}

impl Thread {
    fn run(mut self) {
        let mut rest = REST.0;
        while !self.stop.load(Ordering::Acquire) {
            match self.turn() {
                Ok(true) => rest = REST.0,
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(source = self.source.name(), %error, "a source fails; it tries again");
                    lock(&self.known).error = Some(error.to_string());
                    self.pause(rest);
                    rest = (rest * 2).min(REST.1);
                }
            }
        }
        // What became true while it waited is told, so that it need not come again.
        while let Ok(settled) = self.settled.try_recv() {
            if let Err(error) = self.source.settle(&settled) {
                tracing::warn!(source = self.source.name(), %error, "a source could not be told what was read; it comes again");
            }
        }
    }

    /// Tells, asks, brings; false when nobody takes anything any more.
    fn turn(&mut self) -> Result<bool, watchfire_ingest::Error> {
        while let Ok(settled) = self.settled.try_recv() {
            self.source.settle(&settled)?;
        }
        let arrivals = self.source.arrivals(PATIENCE);
        let mut known = lock(&self.known);
        known.health = Some(self.source.health());
        let arrivals = arrivals?;
        known.error = None;
        if arrivals.is_empty() {
            return Ok(true);
        }
        known.is_waiting = true;
        drop(known);
        let is_taken = self.bring.send(Brought { source: self.at, arrivals }).is_ok();
        lock(&self.known).is_waiting = false;
        Ok(is_taken)
    }

    fn pause(&self, rest: Duration) {
        let step = Duration::from_millis(100);
        let mut left = rest;
        while !left.is_zero() && !self.stop.load(Ordering::Acquire) {
            std::thread::sleep(step.min(left));
            left = left.saturating_sub(step);
        }
    }
}

impl Served for Sources {
    fn health(&self) -> Vec<SourceHealth> {
        let now = crate::ingest::now();
        self.lines.iter().map(|line| line.health(now)).collect()
    }
}

impl Line {
    fn health(&self, now: EventTime) -> SourceHealth {
        let known = lock(&self.known);
        let health = known.health.as_ref();
        let problem = known.error.clone().or_else(|| health.and_then(|health| health.trouble.clone()));
        let passed = || health.and_then(|health| health.passed_over.last().cloned());
        let state = match health {
            _ if problem.is_some() => SourceState::Failing,
            None => SourceState::Starting,
            Some(health) if health.is_silent(now) => SourceState::Silent,
            Some(_) if known.is_waiting => SourceState::Waiting,
            Some(_) => SourceState::Running,
        };
        let last = health.and_then(|health| health.last.as_ref());
        SourceHealth {
            name: self.name.clone(),
            kind: self.kind.to_owned(),
            place: self.place.clone(),
            state,
            problem: problem.or_else(passed),
            lag_seconds: last.and_then(|last| last.lag).map(|lag| lag.as_secs_f64()),
            last_object: last.map(|last| last.source.to_string()),
            last_time: last.map(|last| last.at.to_string()),
            objects: health.map_or(0, |health| health.durable),
            records: known.records,
            rejects: known.rejects + health.map_or(0, |health| health.dead),
        }
    }
}
