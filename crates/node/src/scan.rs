//! One run over a set of places.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use watchfire_decode::{Decoder, Input, Limits, Sink};
use watchfire_detect::Scratch;
use watchfire_ingest::{Body, Listing, Opened, Place, ReadOptions, Reader, Selection, Skipped};
use watchfire_investigate::{Inputs, Sessions, Tally};
use watchfire_model::{Finding, Record, Reject, RejectReason, Rejects, cloudtrail};
use watchfire_watch::{Counts, Engine, Gathered, Scope, Wanted, Worker, attach, wanted};

/// What to scan, and how.
#[derive(Debug, Clone, Default)]
pub struct ScanOptions {
    /// Where the logs are.
    pub places: Vec<Place>,
    /// Which of them, and which records.
    pub selection: Selection,
    /// How much to learn beside the findings.
    pub depth: Depth,
    /// Worker threads; 0 for one a core.
    pub threads: usize,
}

/// How much to learn beside the findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// Nothing: the fastest.
    #[default]
    Findings,
    /// Also who called what from where, and which sessions led to which.
    Everything,
}

/// What a scan came to.
#[derive(Debug)]
pub struct Scan {
    /// Most urgent first, then oldest first.
    pub findings: Vec<Finding>,
    /// How often rules less severe than the engine makes findings of matched.
    pub below: u64,
    /// How much was read.
    pub counts: Counts,
    /// What could not be processed.
    pub rejects: Rejects,
    /// Who called what from where; empty unless asked for.
    pub tally: Tally,
    /// Sessions and role chains; empty unless asked for.
    pub sessions: Sessions,
    /// What was read, for the report.
    pub inputs: Inputs,
    /// What was never to be read.
    pub skipped: Skipped,
}

/// How far a scan is; read by a progress bar while workers write.
#[derive(Debug, Default)]
pub struct Meter {
    /// Records judged.
    pub records: AtomicU64,
    /// Objects done.
    pub objects: AtomicU64,
    /// Objects in all; 0 until they are listed.
    pub objects_total: AtomicU64,
    /// Bytes read.
    pub bytes: AtomicU64,
    /// Bytes in all, as far as known.
    pub bytes_total: AtomicU64,
}

/// Reads, judges and correlates everything in the places.
pub fn scan(engine: &Arc<Engine>, options: &ScanOptions, meter: &Meter) -> anyhow::Result<Scan> {
    let begin = Instant::now();
    let listing = watchfire_ingest::list(&options.places, &options.selection)?;
    meter.objects_total.store(listing.objects.len() as u64, Ordering::Relaxed);
    meter.bytes_total.store(listing.bytes, Ordering::Relaxed);
    let (pruned, skipped) = (listing.pruned, listing.skipped);
    if listing.objects.is_empty() && listing.failures.is_empty() && pruned == 0 {
        let places: Vec<String> = options.places.iter().map(ToString::to_string).collect();
        anyhow::bail!(
            "there is nothing to read in {}\n  hint: check the folder or prefix; hidden files and devices are not read",
            places.join(", ")
        );
    }
    let reader = Reader::new(listing, ReadOptions::default());
    let threads = threads(options.threads);
    let (gathered, tally, sessions) = work(engine, options, &reader, meter, threads)?;
    let counts = gathered.counts;
    let (mut findings, below, rejects) = close(gathered, engine)?;
    fetch_evidence(&mut findings, engine, sources_max(counts.objects));
    let inputs = inputs(options, counts, pruned, begin.elapsed(), threads);
    Ok(Scan { findings, below, counts, rejects, tally, sessions, inputs, skipped })
}

pub(crate) fn threads(asked: usize) -> usize {
    if asked > 0 { asked } else { std::thread::available_parallelism().map_or(1, usize::from) }
}

fn close(mut gathered: Gathered, engine: &Engine) -> anyhow::Result<(Vec<Finding>, u64, Rejects)> {
    let rejects = std::mem::take(&mut gathered.rejects);
    let (findings, below) = gathered.findings(engine)?;
    Ok((findings, below, rejects))
}

fn inputs(options: &ScanOptions, counts: Counts, pruned: u64, duration: Duration, threads: usize) -> Inputs {
    let Selection { from, to, accounts, regions } = &options.selection;
    let list = |word: &str, values: &[String]| (!values.is_empty()).then(|| format!("{word} {}", values.join(", ")));
    let narrowed =
        [from.map(|from| format!("from {from}")), to.map(|to| format!("to {to}")), list("account", accounts), list("region", regions)];
    Inputs {
        places: options.places.iter().map(ToString::to_string).collect(),
        objects: counts.objects,
        pruned,
        records: counts.records,
        bytes_read: counts.bytes_in,
        bytes_inflated: counts.bytes_inflated,
        duration,
        threads,
        narrowed: narrowed.into_iter().flatten().collect(),
        ..Inputs::default()
    }
}

/// Runs the workers until the reader is empty, and joins what they gathered.
fn work(
    engine: &Arc<Engine>,
    options: &ScanOptions,
    reader: &Reader,
    meter: &Meter,
    threads: usize,
) -> anyhow::Result<(Gathered, Tally, Sessions)> {
    let parts = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| run_worker(engine, options, reader, meter, threads))).collect();
        let joined = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let mut parts = parts.into_iter();
    let mut whole = parts.next().context("bug: there is no worker")?;
    for (gathered, tally, sessions) in parts {
        whole.0.join(gathered, engine);
        whole.1.merge(tally);
        whole.2.merge(sessions);
    }
    Ok(whole)
}

fn run_worker(
    engine: &Arc<Engine>,
    options: &ScanOptions,
    reader: &Reader,
    meter: &Meter,
    workers: usize,
) -> anyhow::Result<(Gathered, Tally, Sessions)> {
    let Selection { from, to, accounts, regions } = options.selection.clone();
    let mut worker = Worker::new(engine.clone(), Scope { from, to, accounts, regions }, workers);
    let (mut tally, mut sessions) = (Tally::default(), Sessions::default());
    let everything = options.depth == Depth::Everything;
    while let Some(Opened { source, body }) = reader.next() {
        let before = worker.records();
        match body {
            Ok(body) => read_body(body, |input| {
                if everything {
                    worker.take(
                        &source,
                        input,
                        Some(&mut |record, time| {
                            tally.observe(record, time);
                            sessions.observe(record);
                        }),
                    );
                } else {
                    worker.take(&source, input, None);
                }
            }),
            Err(unreadable) => worker.reject(Reject {
                reason: RejectReason::Unreadable,
                source,
                offset: 0,
                detail: unreadable.detail,
                excerpt: Vec::new(),
            }),
        }
        if let Some(error) = worker.error() {
            return Err(error.into());
        }
        meter.records.fetch_add(worker.records() - before, Ordering::Relaxed);
        meter.objects.store(reader.progress().objects_done(), Ordering::Relaxed);
        meter.bytes.store(reader.progress().bytes_done(), Ordering::Relaxed);
    }
    Ok((worker.finish(), tally, sessions))
}

pub(crate) fn read_body(body: Body, mut take: impl FnMut(Input<'_>)) {
    match body {
        Body::Bytes(bytes) => take(Input::Bytes(&bytes)),
        Body::File { mut file, .. } => take(Input::Seek(&mut file)),
        Body::Stdin => read_stdin(take),
        Body::Stream(mut stream) => take(Input::Stream(&mut stream)),
    }
}

/// Standard input is a stream, unless it is short: then it may as well be an archive, which wants seeking.
fn read_stdin(mut take: impl FnMut(Input<'_>)) {
    const WHOLE_BYTES_MAX: u64 = 64 << 20;
    let mut stdin = std::io::stdin().lock();
    let mut head = Vec::new();
    match stdin.by_ref().take(WHOLE_BYTES_MAX).read_to_end(&mut head) {
        Ok(read) if (read as u64) < WHOLE_BYTES_MAX => take(Input::Bytes(&head)),
        _ => take(Input::Stream(&mut Cursor::new(head).chain(stdin))),
    }
}

/// Sources read again for evidence: never fewer than this, so that a small folder is explained in full …
const SOURCES_AGAIN_MIN: usize = 8;

/// … and of a large one no more than one in so many, so that explaining costs little beside finding.
const SOURCES_AGAIN_SHARE: usize = 100;

fn sources_max(objects: u64) -> usize {
    SOURCES_AGAIN_MIN.max(objects as usize / SOURCES_AGAIN_SHARE)
}

/// Reads again the few objects that hold the records which correlations' findings want to show. What cannot be read again
/// (standard input, a bucket that is gone) leaves a finding without its text, never without its list of records.
pub(crate) fn fetch_evidence(findings: &mut [Finding], engine: &Engine, sources_max: usize) {
    struct Fetch<'f> {
        wanted: &'f Wanted,
        findings: &'f mut [Finding],
        engine: &'f Engine,
        scratch: Scratch,
    }
    impl Sink for Fetch<'_> {
        fn record(&mut self, source: &Arc<str>, record: Record<'_>) {
            let ids = self.wanted.get(source);
            if ids.is_some_and(|ids| record.text(cloudtrail::EVENT_ID).is_some_and(|id| ids.contains(&*id))) {
                attach(self.findings, &record, self.engine, &mut self.scratch);
            }
        }
        fn reject(&mut self, _already_counted: Reject) {}
    }
    let wanted = wanted(findings, sources_max);
    let outer = |source: &str| source.split('!').next().unwrap_or_default().to_owned();
    let mut sources: Vec<String> = wanted.keys().map(|source| outer(source)).filter(|source| source != "-").collect();
    sources.dedup();
    let places: Vec<Place> = sources.iter().filter_map(|source| source.parse().ok()).collect();
    let mut decoder = Decoder::new(Limits::default());
    let mut fetch = Fetch { wanted: &wanted, findings, engine, scratch: Scratch::default() };
    for listing in listings(&places) {
        read_again(Reader::new(listing, ReadOptions::default()), &mut decoder, &mut fetch);
    }
}

/// What there still is of places: all at once, or each by itself where one of them is gone.
fn listings(places: &[Place]) -> Vec<Listing> {
    let list = |places: &[Place]| watchfire_ingest::list(places, &Selection::default());
    match list(places) {
        Ok(listing) => vec![listing],
        Err(error) if places.len() < 2 => {
            tracing::debug!(%error, "a source of correlated records cannot be read again: its findings come without their records' text");
            Vec::new()
        }
        Err(_) => places.iter().flat_map(|place| listings(std::slice::from_ref(place))).collect(),
    }
}

fn read_again(reader: Reader, decoder: &mut Decoder, sink: &mut dyn Sink) {
    while let Some(Opened { source, body }) = reader.next() {
        let Ok(body) = body else { continue };
        read_body(body, |input| {
            decoder.decode(&source, input, sink);
        });
    }
}
