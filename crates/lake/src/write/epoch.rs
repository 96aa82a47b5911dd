//! The rows of one epoch, by day.

use std::collections::BTreeMap;
use std::sync::Arc;

use deltalake_core::kernel::Add;
use futures::StreamExt;

use super::encoders::{Encoders, threads};
use super::folder;
use super::order::sort;
use super::part::{Finished, RowsWriter};
use super::properties::ROW_GROUP_ROWS;
use super::seen::KeySet;
use crate::columns::DAY;
use crate::rows::{Columns, Rows};
use crate::table::{Day, now_millis};
use crate::{Error, Lake};

/// Rows of one data file of an epoch at most.
const PART_ROWS: usize = 1 << 19;

/// Rows below which a day is not parted for several cores: compaction joins what is parted.
const PART_ROWS_MIN: usize = 1 << 15;

/// Bytes of one part in memory. Also keeps text columns far below the 2 GiB that their offsets reach.
const PART_BYTES: usize = 512 << 20;

/// Rows that become visible together. Duplicates within the epoch are dropped as they come.
#[derive(Debug)]
pub struct Epoch {
    pub(super) number: i64,
    pub(super) days: BTreeMap<Day, DayRows>,
    pub(super) pushed: u64,
    /// The rows as they came; days say which of them are theirs.
    blocks: Arc<Vec<Rows>>,
    bytes: usize,
}

impl Epoch {
    /// An empty epoch. Numbers go upwards; the next is one more than the writer's [`last_epoch`](Lake::last_epoch), or than what
    /// the caller's own records say, whichever is larger.
    pub fn new(number: i64) -> Epoch {
        Epoch { number, days: BTreeMap::new(), pushed: 0, blocks: Arc::default(), bytes: 0 }
    }

    /// Its number.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Adds rows.
    pub fn push(&mut self, rows: Rows) {
        let bytes = rows.bytes();
        let block = self.blocks.len();
        let row_bytes = bytes / rows.len().max(1);
        for (row, (day, key)) in rows.days.iter().zip(&rows.keys).enumerate() {
            let day = self.days.entry(Day(*day)).or_default();
            if day.keys.insert(*key) {
                // Rows that come after a failed close: what was written lacks them.
                day.written.clear();
                day.rows.push(Chosen { block, row, key: *key });
                day.bytes += row_bytes;
            }
        }
        self.pushed += rows.len() as u64;
        self.bytes += bytes;
        Arc::make_mut(&mut self.blocks).push(rows);
    }

    /// Rows that came, duplicates included.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Rows it holds, duplicates within the epoch left out.
    pub fn rows(&self) -> u64 {
        self.days.values().map(|day| day.keys.len() as u64).sum()
    }

    /// Memory it holds, in bytes, about. Closing it needs little on top.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The rows it was made of, for the sake of their memory: see [`RowBuilder::finish_into`](crate::RowBuilder::finish_into).
    pub fn into_rows(self) -> Vec<Rows> {
        Arc::try_unwrap(self.blocks).unwrap_or_default()
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
    pub(super) async fn write(&mut self, lake: &Lake, encoders: &Encoders) -> Result<(), Error> {
        let mut parts = Vec::new();
        for (day, rows) in &mut self.days {
            if rows.written.is_empty() {
                parts.extend(rows.parts().into_iter().map(|part| (*day, part)));
            }
        }
        let number = self.number;
        let write = |(at, (day, part)): (usize, (Day, Part))| {
            let (lake, blocks) = (lake.clone(), Arc::clone(&self.blocks));
            async move {
                let name = format!("{number:010}-{at}");
                let job = move |columns: &mut Columns| encode(&lake, day, &name, &blocks, part, columns).map(|part| (lake, part));
                let (lake, part) = encoders.run(job).await??;
                part.publish(&lake).await.map(|written| (day, written))
            }
        };
        let mut writing = futures::stream::iter(parts.into_iter().enumerate().map(write)).buffer_unordered(PARTS_AT_ONCE);
        let mut all = Vec::new();
        let mut failed = None;
        while let Some(part) = writing.next().await {
            match part {
                Ok(part) => all.push(part),
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

/// Parts that are written or made durable at a time.
const PARTS_AT_ONCE: usize = 16;

/// One row of an epoch.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    block: usize,
    row: usize,
    key: u128,
}

/// The rows of one data file, not yet in order.
type Part = Vec<(usize, usize)>;

/// The rows of one day.
#[derive(Debug, Default)]
pub(super) struct DayRows {
    rows: Vec<Chosen>,
    /// Memory of the rows, in bytes, about.
    bytes: usize,
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
        let row_bytes = (self.bytes / self.rows.len().max(1)).max(1);
        let fresh = self.rows.iter().filter(|row| !self.known.contains(&row.key)).map(|row| (row.block, row.row));
        let fresh: Part = fresh.collect();
        let rows_max = fresh.len().div_ceil(threads()).clamp(PART_ROWS_MIN, PART_ROWS).min(PART_BYTES / row_bytes).max(1);
        fresh.chunks(rows_max).map(<[_]>::to_vec).collect()
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

/// Sorts and writes one part.
fn encode(lake: &Lake, day: Day, name: &str, blocks: &[Rows], mut part: Part, columns: &mut Columns) -> Result<Finished, Error> {
    if columns.is_begun() {
        // A file was given up halfway.
        *columns = Columns::new();
    }
    sort(blocks, &mut part);
    let mut writer = RowsWriter::create(lake, &folder(day), name)?;
    for rows in part.chunks(ROW_GROUP_ROWS) {
        writer.write(rows.iter().map(|(block, row)| blocks[*block].values.get(*row)), columns)?;
    }
    writer.finish(columns)
}
