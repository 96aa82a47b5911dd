//! The rows of one epoch, by day.

use std::collections::BTreeMap;

use datafusion::arrow::array::{RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use deltalake_core::kernel::Add;
use futures::StreamExt;

use super::part::{Finished, PartWriter};
use super::seen::KeySet;
use super::{folder, sorted};
use crate::columns::DAY;
use crate::rows::Rows;
use crate::schema::file_schema;
use crate::table::{Day, now_millis};
use crate::{Error, Lake};

/// Rows of one data file of an epoch: its parts are sorted in memory, one a core.
const PART_ROWS: usize = 1 << 19;

/// Bytes of one part in memory. Also keeps text columns far below the 2 GiB that their offsets reach.
const PART_BYTES: usize = 512 << 20;

/// Rows that become visible together. Duplicates within the epoch are dropped as they come.
#[derive(Debug)]
pub struct Epoch {
    pub(super) number: i64,
    pub(super) days: BTreeMap<Day, DayRows>,
    pub(super) pushed: u64,
    bytes: usize,
}

impl Epoch {
    /// An empty epoch. Numbers go upwards; the next is one more than the writer's [`last_epoch`](Lake::last_epoch), or than what
    /// the caller's own records say, whichever is larger.
    pub fn new(number: i64) -> Epoch {
        Epoch { number, days: BTreeMap::new(), pushed: 0, bytes: 0 }
    }

    /// Its number.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Adds rows.
    ///
    /// # Errors
    /// [`Error::Engine`] when Arrow cannot part a batch by day, which is a bug.
    pub fn push(&mut self, rows: Rows) -> Result<(), Error> {
        let mut wanted: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
        for (at, (day, key)) in rows.days.iter().zip(&rows.keys).enumerate() {
            let day = Day(*day);
            if self.days.entry(day).or_default().keys.insert(*key) {
                wanted.entry(day).or_default().push(at as u32);
            }
        }
        self.pushed += rows.len() as u64;
        for (day, at) in wanted {
            let keys = at.iter().map(|at| rows.keys[*at as usize]).collect();
            let batch = if at.len() == rows.len() { rows.batch.clone() } else { take(&rows.batch, at)? };
            self.bytes += batch.get_array_memory_size();
            let day = self.days.entry(day).or_default();
            // Rows that come after a failed close: what was written lacks them.
            day.written.clear();
            day.batches.push((batch, keys));
        }
        Ok(())
    }

    /// Rows that came, duplicates included.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Rows it holds, duplicates within the epoch left out.
    pub fn rows(&self) -> u64 {
        self.days.values().map(|day| day.keys.len() as u64).sum()
    }

    /// Memory it holds, in bytes, about. Closing it needs twice that of its largest day on top.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The data files that were written for it.
    pub(super) fn written(&self) -> impl Iterator<Item = &Written> {
        self.days.values().flat_map(|rows| &rows.written)
    }

    /// Rows that the table does not hold.
    pub(super) fn fresh(&self) -> u64 {
        self.days.values().map(DayRows::fresh).sum()
    }

    /// Writes the data files of all days that have none yet.
    pub(super) async fn write(&mut self, lake: &Lake) -> Result<(), Error> {
        let mut parts = Vec::new();
        for (day, rows) in &mut self.days {
            if rows.written.is_empty() {
                parts.extend(rows.parts().into_iter().map(|part| (*day, part)));
            }
        }
        let number = self.number;
        let write = |(at, (day, part)): (usize, (Day, Part))| {
            let lake = lake.clone();
            async move {
                let name = format!("{number:010}-{at}");
                let encode = tokio::task::spawn_blocking(move || encode(&lake, day, &name, part).map(|part| (lake, part)));
                match encode.await.map_err(|error| Error::engine("writing rows", error))?? {
                    (lake, Some(part)) => part.publish(&lake).await.map(|written| Some((day, written))),
                    (_, None) => Ok(None),
                }
            }
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut writing = futures::stream::iter(parts.into_iter().enumerate().map(write)).buffer_unordered(cores);
        let mut all = Vec::new();
        let mut failed = None;
        while let Some(part) = writing.next().await {
            match part {
                Ok(part) => all.extend(part),
                Err(error) => failed = Some(error),
            }
            if failed.is_some() {
                break;
            }
        }
        drop(writing);
        if let Some(error) = failed {
            lake.discard(all.into_iter().map(|(_, part)| part)).await;
            return Err(error);
        }
        all.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
        for (day, part) in all {
            self.days.entry(day).or_default().written.push(part);
        }
        Ok(())
    }
}

type Keyed = (RecordBatch, Vec<u128>);

/// What one data file is made of.
struct Part {
    batches: Vec<Keyed>,
    known: KeySet,
}

/// The rows of one day.
#[derive(Debug, Default)]
pub(super) struct DayRows {
    batches: Vec<Keyed>,
    /// All rows.
    pub keys: KeySet,
    /// Those the table holds.
    pub known: KeySet,
    /// The data files that hold the others.
    pub written: Vec<Written>,
}

impl DayRows {
    fn fresh(&self) -> u64 {
        (self.keys.len() - self.known.len()) as u64
    }

    fn parts(&self) -> Vec<Part> {
        if self.fresh() == 0 {
            return Vec::new();
        }
        let mut parts = Vec::new();
        let (mut batches, mut rows, mut bytes) = (Vec::new(), 0, 0);
        for (batch, keys) in &self.batches {
            rows += batch.num_rows();
            bytes += batch.get_array_memory_size();
            batches.push((batch.clone(), keys.clone()));
            if rows >= PART_ROWS || bytes >= PART_BYTES {
                parts.push(Part { batches: std::mem::take(&mut batches), known: self.known.clone() });
                (rows, bytes) = (0, 0);
            }
        }
        if !batches.is_empty() {
            parts.push(Part { batches, known: self.known.clone() });
        }
        parts
    }
}

/// A data file that is written and not yet, or just, committed.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub path: String,
    pub rows: u64,
    pub bytes: u64,
    /// Statistics as the log wants them.
    pub stats: String,
    /// Checksum of the whole file.
    pub crc32: u32,
}

/// The tag of the log under which a file's checksum stands. Parquet's own pages have none.
pub(crate) const CRC_TAG: &str = "watchfire.crc32";

impl Written {
    /// The action that makes it part of the table.
    pub fn add(&self, day: Day) -> Add {
        Add {
            path: self.path.clone(),
            partition_values: [(DAY.to_owned(), Some(day.to_string()))].into(),
            size: i64::try_from(self.bytes).unwrap_or(i64::MAX),
            modification_time: now_millis(),
            data_change: true,
            stats: Some(self.stats.clone()),
            tags: Some([(CRC_TAG.to_owned(), Some(format!("{:08x}", self.crc32)))].into()),
            ..empty_add()
        }
    }
}

fn empty_add() -> Add {
    Add {
        path: String::new(),
        partition_values: Default::default(),
        size: 0,
        modification_time: 0,
        data_change: true,
        stats: None,
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
        clustering_provider: None,
    }
}

fn take(batch: &RecordBatch, rows: Vec<u32>) -> Result<RecordBatch, Error> {
    take_record_batch(batch, &UInt32Array::from(rows)).map_err(|error| Error::arrow("choosing rows", error))
}

/// Sorts and writes one part; nothing when the table holds all its rows.
fn encode(lake: &Lake, day: Day, name: &str, part: Part) -> Result<Option<Finished>, Error> {
    let mut fresh = Vec::new();
    for (batch, keys) in part.batches {
        let rows: Vec<u32> = (0..).zip(&keys).filter(|(_, key)| !part.known.contains(*key)).map(|(at, _)| at).collect();
        if rows.len() == batch.num_rows() {
            fresh.push(batch);
        } else if !rows.is_empty() {
            fresh.push(take(&batch, rows)?);
        }
    }
    if fresh.is_empty() {
        return Ok(None);
    }
    let batch = concat_batches(&file_schema(), &fresh).map_err(|error| Error::arrow("joining rows", error))?;
    drop(fresh);
    let batch = sorted(&batch)?;
    let mut writer = PartWriter::create(lake, &folder(day), name)?;
    writer.write(&batch)?;
    writer.finish().map(Some)
}
