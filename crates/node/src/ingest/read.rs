//! One round of reading: whole objects, until an epoch is full.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use watchfire_ingest::{Opened, Reader, Selection};
use watchfire_lake::{RowBuilder, Rows};
use watchfire_model::{Reject, RejectReason, Rejects};
use watchfire_state::Object;
use watchfire_watch::{Engine, Gathered, Scope, Worker};

use super::seen::{Known, Listed};
use super::{IngestOptions, Ingestion};
use crate::Meter;
use crate::scan::read_body;

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
pub(super) struct Bench {
    worker: Worker,
    builder: RowBuilder,
}

/// Tools for so many threads.
pub(super) fn workers(engine: &Arc<Engine>, options: &IngestOptions, threads: usize) -> Vec<Bench> {
    let Selection { from, to, accounts, regions } = options.selection.clone();
    let scope = Scope { from, to, accounts, regions };
    let bench = |_| Bench { worker: Worker::new(engine.clone(), scope.clone(), threads), builder: RowBuilder::new() };
    (0..threads).map(bench).collect()
}

/// Bounds of a round and what all its threads share.
struct Shared<'s> {
    ingestion: &'s Ingestion,
    reading: &'s Reading<'s>,
    pile: Mutex<Pile>,
    records: AtomicU64,
    bytes: AtomicU64,
    records_max: u64,
    bytes_max: u64,
    failed: AtomicBool,
}

/// Reads objects until the epoch is full or all are read.
pub(super) fn round(
    ingestion: &Ingestion,
    engine: &Engine,
    options: &IngestOptions,
    reading: &Reading<'_>,
    benches: &mut [Bench],
) -> anyhow::Result<Round> {
    let shared = Shared {
        ingestion,
        reading,
        pile: Mutex::default(),
        records: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        records_max: options.epoch_records.max(1),
        bytes_max: options.epoch_bytes.max(1),
        failed: AtomicBool::new(false),
    };
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = benches.iter_mut().map(|bench| scope.spawn(|| shared.work(bench))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let mut parts = parts.into_iter();
    let first = parts.next().expect("there is a worker");
    let whole = parts.fold(first, |mut whole, part| {
        whole.gathered.join(part.gathered, engine);
        whole.objects.extend(part.objects);
        whole.unreadable += part.unreadable;
        whole
    });
    let pile = shared.pile.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Round { gathered: whole.gathered, objects: whole.objects, rows: pile.rows, early: pile.early, unreadable: whole.unreadable })
}

/// What one thread came to.
struct Part {
    gathered: Gathered,
    objects: Vec<Object>,
    unreadable: u64,
}

impl Shared<'_> {
    fn is_full(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
            || self.records.load(Ordering::Relaxed) >= self.records_max
            || self.bytes.load(Ordering::Relaxed) >= self.bytes_max
    }

    /// Reads until the round ends; a failure ends it for all.
    fn work(&self, bench: &mut Bench) -> anyhow::Result<Part> {
        let part = self.read(bench);
        self.failed.fetch_or(part.is_err(), Ordering::Relaxed);
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
        self.records.fetch_add(records, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
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
        let rows = builder.finish()?;
        let mut pile = self.pile.lock().unwrap_or_else(PoisonError::into_inner);
        pile.bytes += rows.batch().get_array_memory_size();
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
