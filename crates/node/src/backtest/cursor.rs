//! Fields of some rows of a group, read on the way from one row to the next.

use std::ops::Range;

use watchfire_lake::{DataFile, Glanced, Glances};
use watchfire_model::Slot;

/// A way through rows.
pub(super) struct Cursor {
    glances: Glances,
    /// The rows that are read, and which range of them is at hand.
    ranges: Vec<Range<usize>>,
    range: usize,
    /// Rows in the ranges before.
    before: usize,
    batch: Option<Glanced>,
}

impl Cursor {
    /// Opens fields of ranges of rows that do not overlap, in order. Batches tell in which rows one of them or of others stands elsewhere.
    pub async fn open(
        file: &DataFile,
        group: usize,
        fields: &[Slot],
        others: &[Slot],
        ranges: Vec<Range<usize>>,
    ) -> anyhow::Result<Cursor> {
        Ok(Cursor { glances: file.more(group, fields, others, &ranges).await?, ranges, range: 0, before: 0, batch: None })
    }

    /// Goes on to a row, one of those that are read: the batch that has it, where it stands there, and how many rows follow there without a
    /// gap, itself counted.
    pub async fn seek(&mut self, row: usize) -> anyhow::Result<(&Glanced, usize, usize)> {
        while let Some(passed) = self.ranges.get(self.range).filter(|range| range.end <= row) {
            self.before += passed.len();
            self.range += 1;
        }
        let range = self.ranges.get(self.range).filter(|range| range.contains(&row)).expect("only rows that are read are asked for");
        let number = self.before + row - range.start;
        while self.batch.as_ref().is_none_or(|batch| batch.first() + batch.rows() <= number) {
            let batch = self.glances.next().await?;
            self.batch = Some(batch.ok_or_else(|| anyhow::anyhow!("a data file has fewer rows than it states"))?);
        }
        let batch = self.batch.as_ref().expect("it was just read");
        let at = number - batch.first();
        Ok((batch, at, (batch.rows() - at).min(range.end - row)))
    }
}
