//! Several sorted files into one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::interleave_record_batch;
use datafusion::arrow::row::{OwnedRow, Rows};

use crate::Error;
use crate::rows::BATCH_ROWS;
use crate::rows::conform;
use crate::table::Batches;
use crate::write::{PartWriter, compare_columns};

/// A file being merged.
struct Source {
    batches: Batches,
    /// The rows that come next: where they are among the batches held, and what they are compared by.
    held: usize,
    rows: Rows,
    at: usize,
}

/// Merges files in the table's order. Of each, one batch is in memory, or as many as fit between two writes.
pub(super) struct Merge {
    sources: Vec<Source>,
    /// Batches that rows of the next write stand in.
    held: Vec<RecordBatch>,
    chosen: Vec<(usize, usize)>,
    next: BinaryHeap<Reverse<(OwnedRow, usize)>>,
}

impl Merge {
    pub async fn new(files: Vec<Batches>) -> Result<Merge, Error> {
        let mut merge = Merge { sources: Vec::new(), held: Vec::new(), chosen: Vec::new(), next: BinaryHeap::new() };
        for mut batches in files {
            if let Some((batch, rows)) = next_batch(&mut batches).await? {
                merge.next.push(Reverse((rows.row(0).owned(), merge.sources.len())));
                merge.sources.push(Source { batches, held: merge.held.len(), rows, at: 0 });
                merge.held.push(batch);
            }
        }
        Ok(merge)
    }

    /// Writes all rows.
    pub async fn write(mut self, writer: &mut PartWriter) -> Result<(), Error> {
        while let Some(Reverse((_, number))) = self.next.pop() {
            loop {
                let source = &mut self.sources[number];
                self.chosen.push((source.held, source.at));
                source.at += 1;
                if self.chosen.len() >= BATCH_ROWS {
                    self.flush(writer)?;
                }
                let source = &mut self.sources[number];
                if source.at == source.rows.num_rows() {
                    let Some((batch, rows)) = next_batch(&mut source.batches).await? else { break };
                    (source.rows, source.at, source.held) = (rows, 0, self.held.len());
                    self.held.push(batch);
                }
                let row = source.rows.row(source.at);
                if self.next.peek().is_some_and(|Reverse((other, _))| row > other.row()) {
                    self.next.push(Reverse((row.owned(), number)));
                    break;
                }
            }
        }
        self.flush(writer)
    }

    /// Writes the rows chosen so far and lets go of batches that are used up.
    fn flush(&mut self, writer: &mut PartWriter) -> Result<(), Error> {
        if self.chosen.is_empty() {
            return Ok(());
        }
        let held: Vec<&RecordBatch> = self.held.iter().collect();
        let batch = interleave_record_batch(&held, &self.chosen).map_err(|error| Error::arrow("merging rows", error))?;
        writer.write(&batch)?;
        self.chosen.clear();
        let mut kept = Vec::new();
        for source in &mut self.sources {
            if source.at < source.rows.num_rows() {
                kept.push(self.held[source.held].clone());
                source.held = kept.len() - 1;
            }
        }
        self.held = kept;
        Ok(())
    }
}

async fn next_batch(batches: &mut Batches) -> Result<Option<(RecordBatch, Rows)>, Error> {
    while let Some(batch) = batches.next().await? {
        if batch.num_rows() > 0 {
            let batch = conform(&batch)?;
            let rows = compare_columns(&batch)?;
            return Ok(Some((batch, rows)));
        }
    }
    Ok(None)
}
