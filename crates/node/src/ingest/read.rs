//! One round of reading: whole objects, until an epoch is full.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Scope;

use anyhow::Context;
use watchfire_ingest::{Opened, Reader, Selection};
use watchfire_lake::{RowBuilder, Rows};
use watchfire_model::{Reject, RejectReason, Rejects};
use watchfire_state::Object;
use watchfire_watch::{Engine, Gathered, Worker};

use super::seen::{Known, Listed};
use super::{IngestOptions, Ingestion};
use crate::Meter;
use crate::scan::{read_body, threads};

/// What is read, and who is told how far it is.
pub(super) struct Reading<'r> {
    pub reader: &'r Reader,
    pub listed: &'r Listed,
    pub meter: &'r Meter,
}

/// What a round came to.
pub(super) struct Round {
    pub gathered: Gathered,
    pub objects: Vec<Object>,
    pub rows: Vec<Rows>,
    /// Rows and duplicates that went to the table before the round ended.
    pub early: Early,
    pub unreadable: u64,
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
}

/// One round: its bounds and what all threads gather.
struct Shift {
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
    hands: Vec<(Sender<Arc<Shift>>, Parts)>,
    records_max: u64,
    bytes_max: u64,
}

impl<'s> Crew<'s> {
    /// Starts the threads.
    pub fn start<'e>(
        scope: &'s Scope<'s, 'e>,
        ingestion: &'s Ingestion,
        engine: &'s Arc<Engine>,
        options: &IngestOptions,
        reading: &'s Reading<'s>,
    ) -> Crew<'s> {
        let Selection { from, to, accounts, regions } = options.selection.clone();
        let records = watchfire_watch::Scope { from, to, accounts, regions };
        let threads = threads(options.threads);
        let hand = |_| {
            let worker = Worker::new(engine.clone(), records.clone(), threads);
            let mut bench = Bench { worker, builder: RowBuilder::new() };
            let (order, orders) = mpsc::channel::<Arc<Shift>>();
            let (give, parts) = mpsc::channel();
            scope.spawn(move || {
                for shift in orders {
                    let part = Hand { ingestion, reading, shift: &shift }.work(&mut bench);
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
    pub fn round(&self) -> anyhow::Result<Round> {
        let shift = Arc::new(Shift {
            pile: Mutex::default(),
            records: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            records_max: self.records_max,
            bytes_max: self.bytes_max,
            failed: AtomicBool::new(false),
        });
        for (order, _) in &self.hands {
            order.send(shift.clone()).context("a thread that reads has ended")?;
        }
        let part = |(_, parts): &(_, Parts)| parts.recv().context("a thread that reads has ended").flatten();
        let parts: Vec<anyhow::Result<Part>> = self.hands.iter().map(part).collect();
        let mut parts = parts.into_iter().collect::<anyhow::Result<Vec<_>>>()?.into_iter();
        let first = parts.next().expect("there is a worker");
        let whole = parts.fold(first, |mut whole, part| {
            whole.gathered.join(part.gathered, self.engine);
            whole.objects.extend(part.objects);
            whole.unreadable += part.unreadable;
            whole
        });
        let pile = std::mem::take(&mut *shift.pile.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Round { gathered: whole.gathered, objects: whole.objects, rows: pile.rows, early: pile.early, unreadable: whole.unreadable })
    }
}

/// What one thread came to.
struct Part {
    gathered: Gathered,
    objects: Vec<Object>,
    unreadable: u64,
}

/// A thread in a round.
struct Hand<'h> {
    ingestion: &'h Ingestion,
    reading: &'h Reading<'h>,
    shift: &'h Shift,
}

impl Hand<'_> {
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
        let (mut objects, mut unreadable) = (Vec::new(), 0);
        while !self.is_full() {
            let Some(opened) = self.reading.reader.next() else { break };
            match self.object(bench, opened)? {
                Some(object) => objects.extend(object),
                None => unreadable += 1,
            }
            let (meter, progress) = (self.reading.meter, self.reading.reader.progress());
            meter.objects.store(progress.objects_done(), Ordering::Relaxed);
            meter.bytes.store(progress.bytes_done(), Ordering::Relaxed);
        }
        self.pile(&mut bench.builder)?;
        Ok(Part { gathered: bench.worker.empty(), objects, unreadable })
    }

    /// Reads one object; none when it could not be opened.
    fn object(&self, bench: &mut Bench, opened: Opened) -> anyhow::Result<Option<Option<Object>>> {
        let Opened { source, body } = opened;
        let Bench { worker, builder } = bench;
        let (before, rejected) = (worker.counts(), worker.rejected());
        let body = match body {
            Ok(body) => body,
            Err(unreadable) => {
                let reject = Reject { reason: RejectReason::Unreadable, source, offset: 0, detail: unreadable.detail, excerpt: Vec::new() };
                worker.reject(reject);
                return Ok(None);
            }
        };
        let (mut bytes, mut failed) = (0, None);
        read_body(body, |input| {
            let observe = &mut |record: &watchfire_model::Record<'_>, _| {
                bytes += record.raw().len() as u64;
                builder.push(record);
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
        self.reading.meter.records.fetch_add(records, Ordering::Relaxed);
        let known = self.reading.listed.read(&source, counts.out_of_scope - before.out_of_scope);
        let rejects = worker.rejected() - rejected;
        Ok(Some(known.map(|Known { name, size, fingerprint }| Object { name, size, fingerprint, records, rejects })))
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
