//! Whether the table is what its log says: every file there, whole, readable, and every event in it once.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use deltalake_core::logstore::object_store::ObjectStoreExt;
use deltalake_core::{ObjectStoreError, Path};
use futures::TryStreamExt;

use super::log::read_log;
use crate::error::{RESTORE_HINT, torn};
use crate::rows::{NO_DAY, day_of};
use crate::table::{Day, LiveFile, commit_path};
use crate::write::{CRC_TAG, KeySet, keys_in};
use crate::{Error, Lake};

/// Something that is wrong with a file of the table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The file, from the table's folder.
    pub file: String,
    /// What is wrong.
    pub reason: String,
    /// What can be done.
    pub hint: String,
}

impl Fault {
    fn new(file: &str, reason: impl Into<String>) -> Fault {
        Fault { file: file.into(), reason: reason.into(), hint: RESTORE_HINT.into() }
    }

    pub(super) fn missing_commit(version: u64) -> Fault {
        Fault::new(&commit_path(version), "this commit is missing between its neighbours")
    }

    pub(super) fn torn_commit(version: u64, reason: &str) -> Fault {
        Fault::from_error(&commit_path(version), torn(version, reason))
    }

    fn from_error(path: &str, error: Error) -> Fault {
        match error {
            Error::Damaged { file, reason, hint } => Fault { file, reason, hint },
            other => Fault::new(path, other.to_string()),
        }
    }
}

/// What verify looked at and found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// The version that was looked at.
    pub version: u64,
    /// Commits of the log that were read.
    pub commits: u64,
    /// Data files that were read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Rows that were read.
    pub rows: u64,
    /// What is wrong. Nothing means that the table is whole.
    pub faults: Vec<Fault>,
}

/// Keys held at once when a day is searched for events that are there twice; larger days are searched in several passes.
const KEYS_AT_ONCE: u64 = 16 << 20;

impl Lake {
    /// Reads the whole table and its log, and reports every fault.
    ///
    /// # Errors
    /// [`Error::Storage`] when disk or store do not answer. Damage is no error but a fault.
    pub async fn verify(&self) -> Result<Verified, Error> {
        let log = read_log(self).await?;
        let mut found = Verified { version: self.version(), commits: log.versions.len() as u64, faults: log.faults, ..Verified::default() };
        let sums = self.checksums()?;
        for (day, files) in self.files_by_day()? {
            let mut whole = Vec::new();
            for file in files {
                found.files += 1;
                found.bytes += file.bytes;
                let faults = self.check_file(&file, sums.get(&file.path).copied(), &mut found.rows).await?;
                if faults.is_empty() {
                    whole.push(file);
                }
                found.faults.extend(faults);
            }
            self.check_unique(day, &whole, &mut found.faults).await?;
        }
        Ok(found)
    }

    /// The checksums that the log states, by file.
    fn checksums(&self) -> Result<HashMap<String, u32>, Error> {
        let state = self.table.snapshot().map_err(|error| self.place.failed(error))?;
        let sum = |tags: Option<HashMap<String, Option<String>>>| u32::from_str_radix(&tags?.remove(CRC_TAG)??, 16).ok();
        let files = state.log_data();
        #[expect(deprecated, reason = "tags are not reachable in another way")]
        let sums = files.iter().filter_map(|view| Some((view.path().into_owned(), sum(view.add_action().tags)?)));
        Ok(sums.collect())
    }

    async fn check_file(&self, file: &LiveFile, sum: Option<u32>, rows: &mut u64) -> Result<Vec<Fault>, Error> {
        let content = match self.sum_of(&file.path).await? {
            Some(content) => content,
            None => return Ok(vec![Fault::from_error(&file.path, Error::missing(&file.path))]),
        };
        let mut faults = Vec::new();
        if content.bytes != file.bytes {
            faults.push(Fault::new(&file.path, format!("it has {} bytes, and the log says {}", content.bytes, file.bytes)));
        } else if sum.is_some_and(|sum| sum != content.crc32) {
            faults.push(Fault::new(&file.path, "its checksum is not the one in the log: bytes of it have changed"));
        }
        match self.check_rows(file, rows).await {
            Ok(fault) => faults.extend(fault),
            Err(error @ Error::Storage { .. }) => return Err(error),
            Err(error) => faults.push(Fault::from_error(&file.path, error)),
        }
        Ok(faults)
    }

    async fn check_rows(&self, file: &LiveFile, rows: &mut u64) -> Result<Option<Fault>, Error> {
        let mut batches = self.read(file, None).await?;
        let (mut count, mut strays) = (0, 0);
        while let Some(batch) = batches.next().await? {
            count += batch.num_rows() as u64;
            strays += strays_in(&batch, file.day);
        }
        *rows += count;
        if let Some(stated) = file.rows.filter(|stated| *stated != count) {
            return Ok(Some(Fault::new(&file.path, format!("it has {count} rows, and the log says {stated}"))));
        }
        Ok((strays > 0).then(|| Fault::new(&file.path, format!("{strays} of its rows are not of its day"))))
    }

    async fn sum_of(&self, path: &str) -> Result<Option<Content>, Error> {
        let failed = |error: ObjectStoreError| Error::storage(format!("reading {path}"), error);
        let object = match self.table.object_store().get(&Path::parse(path).unwrap_or_else(|_| Path::from(path))).await {
            Ok(object) => object,
            Err(ObjectStoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut chunks = object.into_stream();
        let mut crc32 = crc32fast::Hasher::new();
        let mut bytes = 0;
        while let Some(chunk) = chunks.try_next().await.map_err(failed)? {
            crc32.update(&chunk);
            bytes += chunk.len() as u64;
        }
        Ok(Some(Content { bytes, crc32: crc32.finalize() }))
    }

    async fn check_unique(&self, day: Day, files: &[LiveFile], faults: &mut Vec<Fault>) -> Result<(), Error> {
        let rows: u64 = files.iter().map(|file| file.rows.unwrap_or(0)).sum();
        let passes = u128::from(rows.div_ceil(KEYS_AT_ONCE).max(1));
        let mut twice: BTreeMap<&str, u64> = BTreeMap::new();
        for pass in 0..passes {
            let mut keys = KeySet::default();
            for file in files {
                let mut repeated = 0;
                let mut nameless = KeySet::default();
                keys_in(self, file, |key| {
                    if key % passes == pass && !keys.insert(key) && nameless.insert(key) {
                        repeated += 1;
                    }
                })
                .await?;
                *twice.entry(&file.path).or_default() += repeated;
            }
        }
        for (file, repeated) in twice.into_iter().filter(|(_, repeated)| *repeated > 0) {
            faults.push(Fault::new(file, format!("{repeated} events in it are in the table twice on {day}")));
        }
        Ok(())
    }
}

/// A file as it is.
struct Content {
    bytes: u64,
    crc32: u32,
}

fn strays_in(batch: &RecordBatch, day: Day) -> u64 {
    let Some(times) = batch.column_by_name("eventtime").and_then(|column| column.as_string_opt::<i32>()) else { return 0 };
    let of = |row: usize| if times.is_valid(row) { times.value(row).parse().ok().and_then(day_of) } else { None };
    (0..times.len()).filter(|row| of(*row).unwrap_or(NO_DAY) != day.0).count() as u64
}
