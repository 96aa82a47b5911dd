//! Closing epochs: rows, then everything else in one transaction.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use tokio::runtime::Runtime;
use watchfire_ingest::Unreadable;
use watchfire_lake::{Error, Lake, LakeWriter, Location, Report, Rows, TABLE};
use watchfire_model::{EventTime, Finding, Rejects, Severity};
use watchfire_state::{Claim, Epoch, EpochCounts, EpochId, FindingId, KeyedFinding, State, Store};
use watchfire_watch::{Counts, Engine, Keyed, Live};

use super::Ingested;
use super::read::{Early, ObjectRead, Round};
use super::signals::{Added, Signals};
use crate::data::{DataPlace, hinted};
use crate::room::of_table;
use crate::scan::fetch_evidence;

/// The one process that ingests with a state.
#[derive(Debug)]
pub struct Ingestion {
    place: DataPlace,
    /// The state's folder, by its real name.
    folder: PathBuf,
    state: State,
    /// The version of the table that was written last, for those who read beside.
    newest: Arc<AtomicU64>,
    runtime: Runtime,
    writing: Mutex<Writing>,
    pub(super) spare: Spare,
    _claim: Claim,
}

/// Memory of rows that are in the table, for those to come.
#[derive(Debug, Default)]
pub(super) struct Spare(Mutex<Vec<Rows>>);

/// Memory of rows that is worth keeping; what one huge record needed is not.
const SPARE_BYTES_MAX: usize = 2 * watchfire_lake::BLOCK_BYTES;

impl Spare {
    /// Memory for rows; new memory when none is left.
    pub fn take(&self) -> Rows {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn put(&self, mut rows: Vec<Rows>) {
        rows.retain(|rows| rows.bytes() <= SPARE_BYTES_MAX);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).append(&mut rows);
    }
}

/// What epochs are written with, one after the other.
#[derive(Debug)]
struct Writing {
    writer: LakeWriter,
    signals: Signals,
    /// Correlations that tell what they can while records still come; only of a run that goes on.
    live: Option<Live>,
}

/// Memory for what days of the table already hold: 5 million events.
const SEEN_BYTES_MAX: usize = 128 << 20;

/// Sources that are read again for the records of correlations' findings, at each end of a run.
const SOURCES_AGAIN_MAX: usize = 64;

/// The same while records come: somebody waits for the finding. The others are shown once the correlations have run over everything.
const SOURCES_AGAIN_LIVE: usize = 4;

/// What an epoch came to.
pub(super) struct Closed {
    objects: u64,
    pub(super) read: Vec<ObjectRead>,
    unreadable: Vec<(Arc<str>, Unreadable)>,
    counts: Counts,
    early: Early,
    report: Report,
    rejects: Rejects,
    findings: Vec<(FindingId, Severity)>,
    below: u64,
}

impl Closed {
    pub fn add_to(self, ingested: &mut Ingested) {
        ingested.epochs += 1;
        ingested.objects_new += self.objects;
        ingested.objects_unreadable += self.unreadable.len() as u64;
        ingested.unreadable.extend(self.unreadable);
        ingested.counts.add(self.counts);
        ingested.rows += self.early.rows + self.report.rows;
        ingested.duplicates += self.early.duplicates + self.report.duplicates;
        ingested.bytes_stored += self.early.bytes + self.report.bytes;
        ingested.rejects.merge(self.rejects);
        ingested.findings.extend(self.findings);
        ingested.below += self.below;
    }
}

impl Ingestion {
    /// Opens a place, makes it where there is none, and takes the right to ingest with its state.
    ///
    /// # Errors
    /// When another process has that right, the place cannot be read or written, or the state belongs to another table.
    pub fn open(place: &DataPlace) -> anyhow::Result<Ingestion> {
        let table = place.lake().table()?;
        place.create()?;
        let state = State::open(place.state_file()).map_err(hinted)?;
        let claim = state.claim().map_err(hinted)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads for the lake")?;
        let lake = open_table(&runtime, place, &table, &state)?;
        let home = place.settle(&state, &lake)?;
        let writer = LakeWriter::new(lake, home.writer).with_seen_bytes(SEEN_BYTES_MAX);
        let signals = Signals::open(place.signals(), state.engine().map_err(hinted)?.map(|(_, engine)| engine))?;
        let writing = Mutex::new(Writing { writer, signals, live: None });
        let folder = place.folder().canonicalize()?;
        let newest = Arc::new(AtomicU64::new(writing.lock().unwrap_or_else(PoisonError::into_inner).writer.lake().version()));
        Ok(Ingestion { place: place.clone(), folder, state, newest, runtime, writing, spare: Spare::default(), _claim: claim })
    }

    /// Whether an object is one of the lake's or the state's own.
    pub(super) fn is_own(&self, source: &str) -> bool {
        if source.starts_with("s3://") {
            return self.place.lake().holds(source);
        }
        let is_below = |folder: &Path| folder.canonicalize().is_ok_and(|folder| folder.starts_with(&self.folder));
        Path::new(source).parent().is_some_and(is_below)
    }

    /// The version of the table that was written last, whenever it is looked at.
    pub fn newest(&self) -> Arc<AtomicU64> {
        self.newest.clone()
    }

    /// The same, telling the version to those who look at another's already.
    pub fn telling(mut self, newest: Arc<AtomicU64>) -> Ingestion {
        newest.store(self.newest.load(Ordering::Acquire), Ordering::Release);
        self.newest = newest;
        self
    }

    /// What was read and what was found.
    pub fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn findings_known(&self) -> anyhow::Result<u64> {
        Ok(self.state.numbers().map_err(hinted)?.findings)
    }

    pub(super) fn version(&self) -> u64 {
        self.writing().writer.lake().version()
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes rows before their epoch closes, under a number of their own.
    pub(super) fn write_early(&self, rows: Vec<Rows>) -> anyhow::Result<Early> {
        let mut writing = self.writing();
        let last = self.runtime.block_on(writing.writer.last_epoch())?.unwrap_or(0);
        let next = self.state.begin_epoch().map_err(hinted)?;
        let report = self.write_rows(&mut writing.writer, number(next)?.max(last + 1), rows)?;
        Ok(Early { rows: report.rows, duplicates: report.duplicates, bytes: report.bytes })
    }

    fn write_rows(&self, writer: &mut LakeWriter, number: i64, rows: Vec<Rows>) -> anyhow::Result<Report> {
        let mut epoch = watchfire_lake::Epoch::new(number);
        rows.into_iter().for_each(|rows| epoch.push(rows));
        if epoch.rows() == 0 {
            return Ok(Report { duplicates: epoch.pushed(), ..Report::default() });
        }
        let closed = self.runtime.block_on(writer.close(&mut epoch)).map_err(|error| of_table(error, &self.folder.join(TABLE)));
        let outcome = closed.context("the epoch could not be written to the table")?;
        let report = *outcome.report();
        self.newest.store(writer.lake().version(), Ordering::Release);
        self.spare.put(epoch.into_rows());
        Ok(report)
    }

    /// The next epoch's number. Numbers that the table knows and the state does not are of epochs that a crash cut short, or of rows
    /// that were written early: they are used up.
    fn next(&self, writer: &LakeWriter) -> anyhow::Result<EpochId> {
        let last = self.runtime.block_on(writer.last_epoch())?.unwrap_or(0);
        loop {
            let next = self.state.begin_epoch().map_err(hinted)?;
            if number(next)? > last {
                return Ok(next);
            }
            tracing::info!(epoch = next.0, "an epoch did not close; its number is passed over");
            self.state.commit_epoch(&Epoch::new(next, now())).map_err(hinted)?;
        }
    }

    /// Commits an epoch to the state; sentences of findings that it joins to others speak of the whole.
    fn commit(&self, epoch: &Epoch, engine: &Engine) -> anyhow::Result<()> {
        self.state.commit_epoch_phrased(epoch, &|finding| watchfire_watch::phrase(finding, engine)).map_err(hinted)?;
        Ok(())
    }

    /// Makes a round true.
    pub(super) fn close(&self, engine: &Engine, round: Round) -> anyhow::Result<Closed> {
        let mut writing = self.writing();
        let Writing { writer, signals, live } = &mut *writing;
        let id = self.next(writer)?;
        let Round { mut gathered, matched, objects, rows, early, read: objects_read, unreadable } = round;
        let (mut findings, mut below) = gathered.rule_findings(engine);
        let (counts, rejects) = (gathered.counts, std::mem::take(&mut gathered.rejects));
        // Both wait for the disk.
        let number = number(id)?;
        let (report, change) = std::thread::scope(|scope| {
            let change = scope.spawn(|| signals.add(engine, gathered, id, live.as_mut()));
            (self.write_rows(writer, number, rows), change.join())
        });
        let (report, added) = (report?, change.map_err(|_| anyhow::anyhow!("bug: the thread that writes signals has panicked"))??);
        let Added { list: change, told: at_once, below: more } = added;
        findings.extend(with_evidence(at_once, engine, SOURCES_AGAIN_LIVE));
        below += more;
        let mut epoch = Epoch::new(id, now());
        let read = objects.len() as u64;
        epoch.objects = objects;
        epoch.deliveries = matched.deliveries;
        epoch.archived = matched.archived;
        epoch.findings = findings.into_iter().map(kept).collect();
        epoch.rejects = rejects.clone();
        epoch.counts = EpochCounts {
            records: report.rows + early.rows,
            duplicates: report.duplicates + early.duplicates,
            out_of_scope: counts.out_of_scope,
            bytes_in: counts.bytes_in,
            bytes_inflated: counts.bytes_inflated,
        };
        epoch.engine = Some(change.as_bytes());
        self.commit(&epoch, engine)?;
        signals.become_true(change);
        let findings = told(&epoch.findings);
        tracing::info!(epoch = id.0, rows = report.rows, duplicates = report.duplicates, "epoch closed");
        Ok(Closed { objects: read, read: objects_read, unreadable, counts, early, report, rejects, findings, below })
    }

    /// Lets correlations tell what they can from now on, as if they had seen what was read shortly before.
    pub(super) fn go_live(&self, engine: &Engine) -> anyhow::Result<()> {
        let mut writing = self.writing();
        let live = writing.signals.live(engine)?;
        writing.live = Some(live);
        Ok(())
    }

    /// Makes findings true that stand on no record: an epoch of its own.
    pub(super) fn close_findings(&self, engine: &Engine, findings: Vec<KeyedFinding>, ingested: &mut Ingested) -> anyhow::Result<()> {
        let writing = self.writing();
        let id = self.next(&writing.writer)?;
        let mut epoch = Epoch::new(id, now());
        epoch.findings = findings;
        self.commit(&epoch, engine)?;
        drop(writing);
        ingested.epochs += 1;
        ingested.findings.extend(told(&epoch.findings));
        Ok(())
    }

    /// Runs the correlations over everything that was read since they last ran, and what came shortly before: an epoch of findings.
    pub(super) fn close_correlations(&self, engine: &Engine, ingested: &mut Ingested) -> anyhow::Result<()> {
        let mut writing = self.writing();
        let Writing { writer, signals, .. } = &mut *writing;
        if !signals.are_waiting() {
            return Ok(());
        }
        let id = self.next(writer)?;
        let (findings, below) = signals.correlate(engine)?;
        let mut epoch = Epoch::new(id, now());
        epoch.findings = with_evidence(findings, engine, SOURCES_AGAIN_MAX).map(kept).collect();
        let change = signals.trim(engine, id)?;
        epoch.engine = Some(change.as_bytes());
        self.commit(&epoch, engine)?;
        signals.become_true(change);
        ingested.epochs += 1;
        ingested.below += below;
        ingested.findings.extend(told(&epoch.findings));
        Ok(())
    }
}

/// Findings of correlations with the records they want to show.
fn with_evidence(keyed: Vec<Keyed>, engine: &Engine, sources_max: usize) -> impl Iterator<Item = Keyed> {
    let (abouts, mut findings): (Vec<_>, Vec<Finding>) = keyed.into_iter().map(|keyed| (keyed.about, keyed.finding)).unzip();
    if !findings.is_empty() {
        fetch_evidence(&mut findings, engine, sources_max);
    }
    abouts.into_iter().zip(findings).map(|(about, finding)| Keyed { about, finding })
}

/// The table, made where there is none yet.
fn open_table(runtime: &Runtime, place: &DataPlace, table: &Location, state: &State) -> anyhow::Result<Lake> {
    match runtime.block_on(Lake::open(table)) {
        Err(Error::NoTable { .. }) if state.numbers().map_err(hinted)?.last_epoch > 0 => Err(place.without_table(state)?),
        Err(Error::NoTable { .. }) => {
            runtime.block_on(Lake::open_or_create(table)).map_err(|error| of_table(error, &place.folder().join(TABLE)))
        }
        opened => Ok(opened?),
    }
}

fn kept(keyed: Keyed) -> KeyedFinding {
    KeyedFinding { about: keyed.about, finding: keyed.finding }
}

fn told(findings: &[KeyedFinding]) -> Vec<(FindingId, Severity)> {
    findings.iter().map(|keyed| (keyed.id(), keyed.finding.severity)).collect()
}

fn number(id: EpochId) -> anyhow::Result<i64> {
    i64::try_from(id.0).context("bug: an epoch's number is beyond what a table can hold")
}

pub(crate) fn now() -> EventTime {
    EventTime(jiff::Timestamp::now().as_millisecond())
}
