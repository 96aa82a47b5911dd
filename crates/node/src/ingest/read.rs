//! One round of reading: whole objects, until an epoch is full.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Scope;

use anyhow::Context;
use watchfire_bus::deliver::{Matched, Rulebook, Scratch};
use watchfire_ingest::{Body, Opened, Reader, Selection, Unreadable};
use watchfire_lake::{RowBuilder, Rows};
use watchfire_model::{EventTime, Reject, RejectReason, Rejects};
use watchfire_state::Object;
use watchfire_watch::{Engine, Gathered, Worker};

use super::close::now;
use super::seen::{Known, Listed};
use super::{IngestOptions, Ingestion};
use crate::Meter;
use crate::scan::{read_body, threads};

/// What is read, and who is told how far it is.
pub(super) struct Reading<'m> {
    pub reader: Reader,
    pub listed: Listed,
    pub meter: &'m Meter,
    /// The rules of the bus that records are offered to, where there is a bus.
    pub rulebook: Option<Arc<Rulebook>>,
    /// Who wants to see records as they pass.
    pub passing: Option<Passing>,
}

/// Sees records as they pass, from several threads.
pub type Passing = Arc<dyn Fn(&watchfire_model::Record<'_>) + Send + Sync>;

/// What a round came to.
pub(super) struct Round {
    pub gathered: Gathered,
    /// What its records gave on the bus.
    pub matched: Matched,
    pub objects: Vec<Object>,
    pub rows: Vec<Rows>,
    /// Rows and duplicates that went to the table before the round ended.
    pub early: Early,
    /// What was read, and what came out.
    pub read: Vec<ObjectRead>,
    /// What could not be opened, and why.
    pub unreadable: Vec<(Arc<str>, Unreadable)>,
}

/// An object that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRead {
    /// As the listing names it.
    pub source: Arc<str>,
    /// Records in it.
    pub records: u64,
    /// What could not become a record.
    pub rejects: u64,
}

impl Round {
    /// Nothing that could become true.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.gathered.counts.records == 0
    }

    /// What could not even be opened.
    pub fn into_rejects(self) -> Rejects {
        self.gathered.rejects
    }
}

/// What a round gave to the table before it ended.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Early {
    pub rows: u64,
    pub duplicates: u64,
    pub bytes: u64,
}

/// Rows of an object that is larger than memory go to the table before it is read whole: the object counts as read only with its
/// epoch, and what is read again is known there.
const PILE_BYTES_MAX: usize = 160 << 20;

/// Rows of all workers.
#[derive(Default)]
struct Pile {
    rows: Vec<Rows>,
    bytes: usize,
    early: Early,
}

/// One thread's tools; they last for all rounds.
struct Bench {
    worker: Worker,
    builder: RowBuilder,
    bus: Offered,
}

/// What the records of a round gave on the bus.
#[derive(Default)]
struct Offered {
    scratch: Scratch,
    matched: Matched,
}

impl Offered {
    /// Offers a record. One that is no event for lack of what an event needs gives nothing: it is a row all the same.
    fn offer(&mut self, rulebook: &Rulebook, record: &watchfire_model::Record<'_>, now: EventTime) {
        match rulebook.matched_call(record, now, &mut self.scratch) {
            Ok(matched) => self.matched.join(matched),
            Err(why) => tracing::debug!(%why, "a record is no event"),
        }
    }
}

/// One round: what is read, its bounds and what all threads gather.
struct Shift<'m> {
    reading: Arc<Reading<'m>>,
    pile: Mutex<Pile>,
    records: AtomicU64,
    bytes: AtomicU64,
    records_max: u64,
    bytes_max: u64,
    failed: AtomicBool,
}

/// What one thread gives, round after round.
type Parts = Receiver<anyhow::Result<Part>>;

/// The threads that read. They last for all rounds: what a thread keeps in memory would otherwise outlive many threads.
pub(super) struct Crew<'s> {
    engine: &'s Engine,
    hands: Vec<(Sender<Arc<Shift<'s>>>, Parts)>,
    records_max: u64,
    bytes_max: u64,
}

impl<'s> Crew<'s> {
    /// Starts the threads.
    pub fn start<'e>(scope: &'s Scope<'s, 'e>, ingestion: &'s Ingestion, engine: &'s Arc<Engine>, options: &IngestOptions) -> Crew<'s> {
        let Selection { from, to, accounts, regions } = options.selection.clone();
        let records = watchfire_watch::Scope { from, to, accounts, regions };
        let threads = threads(options.threads);
        let hand = |_| {
            let worker = Worker::new(engine.clone(), records.clone(), threads);
            let mut bench = Bench { worker, builder: RowBuilder::new(), bus: Offered::default() };
            let (order, orders) = mpsc::channel::<Arc<Shift<'s>>>();
            let (give, parts) = mpsc::channel();
            scope.spawn(move || {
                for shift in orders {
                    let part = Hand { ingestion, shift: &shift }.work(&mut bench);
                    drop(shift);
                    if give.send(part).is_err() {
                        return;
                    }
                }
            });
            (order, parts)
        };
        let hands = (0..threads).map(hand).collect();
        Crew { engine, hands, records_max: options.epoch_records.max(1), bytes_max: options.epoch_bytes.max(1) }
    }

    /// Reads objects until the epoch is full or all are read.
    pub fn round(&self, reading: &Arc<Reading<'s>>) -> anyhow::Result<Round> {
        let shift = Arc::new(Shift {
            reading: reading.clone(),
            pile: Mutex::default(),
            records: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            records_max: self.records_max,
            bytes_max: self.bytes_max,
            failed: AtomicBool::new(false),
        });
        for (order, _) in &self.hands {
            order.send(shift.clone()).ok().context("a thread that reads has ended")?;
        }
        let part = |(_, parts): &(_, Parts)| parts.recv().context("a thread that reads has ended").flatten();
        let parts: Vec<anyhow::Result<Part>> = self.hands.iter().map(part).collect();
        let mut parts = parts.into_iter().collect::<anyhow::Result<Vec<_>>>()?.into_iter();
        let first = parts.next().expect("there is a worker");
        let whole = parts.fold(first, |mut whole, part| {
            whole.gathered.join(part.gathered, self.engine);
            whole.matched.join(part.matched);
            whole.objects.extend(part.objects);
            whole.read.extend(part.read);
            whole.unreadable.extend(part.unreadable);
            whole
        });
        let pile = std::mem::take(&mut *shift.pile.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Round {
            gathered: whole.gathered,
            matched: whole.matched,
            objects: whole.objects,
            rows: pile.rows,
            early: pile.early,
            read: whole.read,
            unreadable: whole.unreadable,
        })
    }
}

/// What one thread came to.
struct Part {
    gathered: Gathered,
    matched: Matched,
    objects: Vec<Object>,
    read: Vec<ObjectRead>,
    unreadable: Vec<(Arc<str>, Unreadable)>,
}

/// A thread in a round.
struct Hand<'h, 'm> {
    ingestion: &'h Ingestion,
    shift: &'h Shift<'m>,
}

impl Hand<'_, '_> {
    fn is_full(&self) -> bool {
        self.shift.failed.load(Ordering::Relaxed)
            || self.shift.records.load(Ordering::Relaxed) >= self.shift.records_max
            || self.shift.bytes.load(Ordering::Relaxed) >= self.shift.bytes_max
    }

    /// Reads until the round ends; a failure ends it for all.
    fn work(&self, bench: &mut Bench) -> anyhow::Result<Part> {
        let part = self.read(bench);
        self.shift.failed.fetch_or(part.is_err(), Ordering::Relaxed);
        part
    }

    fn read(&self, bench: &mut Bench) -> anyhow::Result<Part> {
        let (mut objects, mut read, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
        let Reading { reader, meter, .. } = &*self.shift.reading;
        while !self.is_full() {
            let Some(opened) = reader.next() else { break };
            match opened {
                Opened { source, body: Ok(body) } => {
                    let (object, was_read) = self.object(bench, source, body)?;
                    objects.extend(object);
                    read.push(was_read);
                }
                Opened { source, body: Err(why) } => {
                    let (detail, told) = (why.detail.clone(), source.clone());
                    bench.worker.reject(Reject { reason: RejectReason::Unreadable, source, offset: 0, detail, excerpt: Vec::new() });
                    unreadable.push((told, why));
                }
            }
            let progress = reader.progress();
            meter.objects.store(progress.objects_done(), Ordering::Relaxed);
            meter.bytes.store(progress.bytes_done(), Ordering::Relaxed);
        }
        self.pile(&mut bench.builder)?;
        Ok(Part { gathered: bench.worker.empty(), matched: std::mem::take(&mut bench.bus.matched), objects, read, unreadable })
    }

    /// Reads one object; what comes back is to be remembered.
    fn object(&self, bench: &mut Bench, source: Arc<str>, body: Body) -> anyhow::Result<(Option<Object>, ObjectRead)> {
        let Reading { listed, meter, rulebook, passing, .. } = &*self.shift.reading;
        let Bench { worker, builder, bus } = bench;
        let now = now();
        let (before, rejected) = (worker.counts(), worker.rejected());
        let (mut bytes, mut failed) = (0, None);
        read_body(body, |input| {
            let observe = &mut |record: &watchfire_model::Record<'_>, _| {
                bytes += record.raw().len() as u64;
                builder.push(record);
                if let Some(passing) = passing {
                    passing(record);
                }
                if let Some(rulebook) = rulebook {
                    bus.offer(rulebook, record, now);
                }
                if builder.is_full() && failed.is_none() {
                    failed = self.pile(builder).err();
                }
            };
            worker.take(&source, input, Some(observe));
        });
        if let Some(error) = failed.or_else(|| worker.error().map(Into::into)) {
            return Err(error);
        }
        let counts = worker.counts();
        let records = counts.records - before.records;
        self.shift.records.fetch_add(records, Ordering::Relaxed);
        self.shift.bytes.fetch_add(bytes, Ordering::Relaxed);
        meter.records.fetch_add(records, Ordering::Relaxed);
        let known = listed.read(&source, counts.out_of_scope - before.out_of_scope);
        let rejects = worker.rejected() - rejected;
        let object = known.map(|Known { name, size, fingerprint }| Object { name, size, fingerprint, records, rejects });
        Ok((object, ObjectRead { source, records, rejects }))
    }

    /// Adds a worker's rows to the pile; a pile that grows too high goes to the table.
    fn pile(&self, builder: &mut RowBuilder) -> anyhow::Result<()> {
        if builder.is_empty() {
            return Ok(());
        }
        let rows = builder.finish_into(self.ingestion.spare.take());
        let mut pile = self.shift.pile.lock().unwrap_or_else(PoisonError::into_inner);
        pile.bytes += rows.bytes();
        pile.rows.push(rows);
        if pile.bytes >= PILE_BYTES_MAX {
            pile.bytes = 0;
            let written = self.ingestion.write_early(std::mem::take(&mut pile.rows))?;
            pile.early.rows += written.rows;
            pile.early.duplicates += written.duplicates;
            pile.early.bytes += written.bytes;
        }
        Ok(())
    }
}
