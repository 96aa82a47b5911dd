//! Rows into the table: collected by day, freed of duplicates, sorted, written, committed as one epoch.

mod encoders;
mod epoch;
mod file;
mod order;
mod part;
mod properties;
mod seen;
mod stated;

use std::collections::HashSet;

use deltalake_core::kernel::{Action, Transaction};
use deltalake_core::protocol::{DeltaOperation, SaveMode};

use self::encoders::Encoders;
use self::epoch::DayRows;
pub use self::epoch::Epoch;
pub(crate) use self::epoch::{CRC_TAG, Written};
pub(crate) use self::file::{RowFile, read_back};
pub(crate) use self::order::{column_at, compare_columns};
pub(crate) use self::part::PartWriter;
pub(crate) use self::properties::{BLOOM_FPP, ONCE, PAGE_ROWS, ROW_GROUP_ROWS, ZSTD_LEVEL};
use self::seen::Seen;
pub(crate) use self::seen::{KeySet, keys_in};
pub(crate) use self::stated::{lower, upper};
use crate::columns::DAY;
use crate::table::{Committed, Day, LiveFile, now_millis};
use crate::{Error, Lake};

/// The name under which `ingest` numbers its epochs. Two that write to one table at the same time need two names.
pub const INGEST: &str = "watchfire-ingest";

/// How often a commit is tried while other writers are faster.
const COMMIT_ATTEMPTS: u32 = 20;

/// Memory for what days already hold, in bytes: 20 million events, a busy day of a large organisation.
pub const SEEN_BYTES_MAX: usize = 512 << 20;

/// What became of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Outcome {
    /// It is in the table.
    Written(Report),
    /// All its rows were in the table before, so nothing was written.
    NothingNew(Report),
    /// The table holds this epoch, and all its rows: it was committed before.
    AlreadyThere(Report),
}

impl Outcome {
    /// The figures, whatever became of it.
    pub fn report(&self) -> &Report {
        match self {
            Outcome::Written(report) | Outcome::NothingNew(report) | Outcome::AlreadyThere(report) => report,
        }
    }
}

/// An epoch in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// The table's version afterwards.
    pub version: u64,
    /// Rows that were written.
    pub rows: u64,
    /// Rows that came twice within the epoch, or that the table held already.
    pub duplicates: u64,
    /// Data files that were written.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Days that got rows.
    pub days: u64,
}

/// Writes epochs into a table.
#[derive(Debug)]
pub struct LakeWriter {
    lake: Lake,
    name: String,
    seen: Seen,
    encoders: Encoders,
}

impl LakeWriter {
    /// A writer under a name, such as [`INGEST`]. Epochs are numbered by name, upwards from
    /// [`last_epoch`](Lake::last_epoch).
    pub fn new(lake: Lake, name: impl Into<String>) -> LakeWriter {
        LakeWriter { lake, name: name.into(), seen: Seen::new(SEEN_BYTES_MAX), encoders: Encoders::default() }
    }

    /// Bounds the memory for what days already hold; beyond it, days are read again each time.
    pub fn with_seen_bytes(mut self, bytes_max: usize) -> LakeWriter {
        self.seen = Seen::new(bytes_max);
        self
    }

    /// The number of the last epoch that was committed under the writer's name, as far as it has seen the table.
    ///
    /// # Errors
    /// As [`Lake::last_epoch`].
    pub async fn last_epoch(&self) -> Result<Option<i64>, Error> {
        self.lake.last_epoch(&self.name).await
    }

    /// The table as the writer last saw it.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// Closes an epoch: all its rows become visible together, in one version, or none does. Whatever goes wrong, the epoch keeps
    /// its rows and can be closed again; rows that did reach the table are then known as duplicates.
    ///
    /// # Errors
    /// [`Error::Storage`] when disk or store failed, [`Error::Contended`] when other writers were always faster,
    /// [`Error::EpochTaken`] when the number was used for other rows, [`Error::Damaged`] when files of the epoch's days cannot be
    /// read to tell duplicates.
    pub async fn close(&mut self, epoch: &mut Epoch) -> Result<Outcome, Error> {
        for _ in 0..COMMIT_ATTEMPTS {
            self.lake.refresh().await?;
            if self.lake.widen().await? == Some(Committed::Overtaken) {
                continue;
            }
            let last = self.lake.last_epoch(&self.name).await?;
            if last.is_some_and(|last| last >= epoch.number) && self.is_there(epoch)? {
                // The answer to an earlier attempt was lost, and the attempt was not.
                return Ok(self.landed(epoch));
            }
            self.recognise(epoch).await?;
            if let Some(last) = last.filter(|last| *last >= epoch.number) {
                return match epoch.fresh() {
                    0 => Ok(Outcome::AlreadyThere(self.report(epoch))),
                    rows => Err(Error::EpochTaken { writer: self.name.clone(), epoch: epoch.number, last, rows }),
                };
            }
            if epoch.fresh() == 0 {
                return Ok(Outcome::NothingNew(self.report(epoch)));
            }
            epoch.write(&self.lake, &self.encoders).await?;
            match self.commit(epoch).await? {
                Committed::At(_) => return Ok(self.landed(epoch)),
                Committed::Overtaken => tracing::info!(epoch = epoch.number, "another writer was faster, looking again"),
            }
        }
        Err(Error::Contended { attempts: COMMIT_ATTEMPTS })
    }

    /// Whether the table holds the very files that were written for an epoch.
    fn is_there(&self, epoch: &Epoch) -> Result<bool, Error> {
        let live: HashSet<String> = self.lake.files()?.into_iter().map(|file| file.path).collect();
        let mut written = epoch.written().peekable();
        Ok(written.peek().is_some() && written.all(|written| live.contains(&written.path)))
    }

    fn landed(&mut self, epoch: &mut Epoch) -> Outcome {
        self.learn(epoch);
        Outcome::Written(self.report(epoch))
    }

    /// Finds out which of the epoch's rows the table holds. Files whose commit lost against another one are removed.
    async fn recognise(&mut self, epoch: &mut Epoch) -> Result<(), Error> {
        let mut files = self.lake.files_by_day()?;
        for (day, rows) in &mut epoch.days {
            let files: Vec<LiveFile> = files.remove(day).unwrap_or_default();
            let known = self.seen.known(&self.lake, *day, &files, &rows.keys).await?;
            let mut lost = rows.set_known(known);
            lost.retain(|lost| !files.iter().any(|file| file.path == lost.path));
            self.lake.discard(lost).await;
        }
        Ok(())
    }

    async fn commit(&mut self, epoch: &mut Epoch) -> Result<Committed, Error> {
        let written = || epoch.days.iter().flat_map(|(day, rows)| rows.written.iter().map(move |written| (*day, written)));
        let actions = written().map(|(day, written)| Action::Add(written.add(day))).collect();
        let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by: Some(vec![DAY.into()]), predicate: None };
        let transaction = Transaction::new_with_last_update(&self.name, epoch.number, Some(now_millis()));
        let committed = self.lake.commit(actions, operation, Some(transaction)).await;
        if committed.is_err() {
            // Nobody knows whether the commit is there: its files must stay, and are not offered again.
            epoch.days.values_mut().for_each(|rows| rows.written.clear());
        }
        committed
    }

    fn learn(&mut self, epoch: &mut Epoch) {
        for (day, rows) in &mut epoch.days {
            let files = rows.written.iter().map(|written| written.path.clone());
            self.seen.learn(*day, files, &rows.keys);
        }
    }

    fn report(&self, epoch: &Epoch) -> Report {
        let written = || epoch.written();
        let rows = written().map(|written| written.rows).sum();
        Report {
            version: self.lake.version(),
            rows,
            duplicates: epoch.pushed - rows,
            files: written().count() as u64,
            bytes: written().map(|written| written.bytes).sum(),
            days: epoch.days.values().filter(|rows| !rows.written.is_empty()).count() as u64,
        }
    }
}

/// What is known of a day when its rows were written.
impl DayRows {
    /// Takes note of the rows that the table holds, and gives back the files that were written without knowing of them all.
    fn set_known(&mut self, known: KeySet) -> Vec<Written> {
        if known.len() == self.known.len() {
            return Vec::new();
        }
        self.known = known;
        std::mem::take(&mut self.written)
    }
}

/// Where a day's files are.
pub(crate) fn folder(day: Day) -> String {
    format!("{DAY}={day}")
}
