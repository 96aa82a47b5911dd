//! Taking out what is too old, and removing what nobody refers to.

use deltalake_core::operations::vacuum::VacuumMode;
use deltalake_core::protocol::DeltaOperation;

use crate::rows::NO_DAY;
use crate::table::{Committed, Day, LiveFile};
use crate::{Error, Lake};

/// How often a commit is tried while other writers are faster.
const COMMIT_ATTEMPTS: u32 = 20;

/// What was taken out of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Retained {
    /// The table's version afterwards.
    pub version: u64,
    /// Days that are gone.
    pub days: u64,
    /// Data files that are no longer part of the table; vacuum removes them from the disk once they are old enough.
    pub files: u64,
    /// Rows that are gone, as far as the log states them.
    pub rows: u64,
}

/// What vacuum removed, or would remove.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Vacuumed {
    /// Files, from the table's folder.
    pub files: Vec<String>,
    /// Whether they are still there, for it was only asked which they are.
    pub dry_run: bool,
}

impl Lake {
    /// Takes all days before `first` out of the table. Records without a time stay: nobody knows how old they are.
    ///
    /// # Errors
    /// [`Error::Contended`] when other writers were always faster, [`Error::Storage`] when disk or store failed.
    pub async fn retain(&mut self, first: Day) -> Result<Retained, Error> {
        for _ in 0..COMMIT_ATTEMPTS {
            self.refresh().await?;
            let mut days = self.files_by_day()?;
            days.retain(|day, _| *day < first && day.0 != NO_DAY);
            let files: Vec<&LiveFile> = days.values().flatten().collect();
            let retained = Retained {
                version: self.version(),
                days: days.len() as u64,
                files: files.len() as u64,
                rows: files.iter().map(|file| file.rows.unwrap_or(0)).sum(),
            };
            if files.is_empty() {
                return Ok(retained);
            }
            let actions = files.iter().map(|file| file.remove(true)).collect();
            let operation = DeltaOperation::Delete { predicate: Some(format!("day < '{first}'")) };
            if let Committed::At(version) = self.commit(actions, operation, None).await? {
                return Ok(Retained { version, ..retained });
            }
        }
        Err(Error::Contended { attempts: COMMIT_ATTEMPTS })
    }

    /// Removes data files that no version of the last so many hours refers to: those taken out by compaction and retention, and
    /// those that a killed writer left behind. Versions older than that can then no longer be read. A writer that is at work for
    /// longer than `hours` would lose its files: stay above an hour while anything writes.
    ///
    /// # Errors
    /// [`Error::Storage`] when disk or store failed; what was removed until then was not needed.
    pub async fn vacuum(&mut self, hours: u32, dry_run: bool) -> Result<Vacuumed, Error> {
        self.refresh().await?;
        let vacuum = self
            .table
            .clone()
            .vacuum()
            .with_mode(VacuumMode::Full)
            .with_retention_period(chrono::Duration::hours(i64::from(hours)))
            .with_enforce_retention_duration(false)
            .with_dry_run(dry_run);
        let (table, removed) = vacuum.await.map_err(|error| self.place.failed(error))?;
        self.table = table;
        Ok(Vacuumed { files: removed.files_deleted, dry_run: removed.dry_run })
    }
}
