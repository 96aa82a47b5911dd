//! One data file being written.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use datafusion::arrow::array::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;

use super::epoch::Written;
use super::properties::{PAGE_ROWS, properties};
use super::stated::Stated;
use crate::schema::file_schema;
use crate::table::{make_durable, upload};
use crate::{Error, Lake};

/// Writes sorted rows into a new data file, which nobody sees until it is committed. A file that is not finished is removed again.
pub(crate) struct PartWriter {
    path: String,
    stated: Stated,
    writer: Option<ArrowWriter<Summed>>,
    unfinished: Unfinished,
}

/// Removes the file unless it was finished.
struct Unfinished(Option<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl PartWriter {
    /// A new file in a folder of the table. Its name ends in chance, so that no two writers ever write the same file.
    pub fn create(lake: &Lake, folder: &str, name: &str) -> Result<PartWriter, Error> {
        let chance = RandomState::new().hash_one(name);
        let path = format!("{folder}/part-{name}-{chance:016x}.parquet");
        let local = lake.place.local_path(&path);
        let sink = match &local {
            Some(local) => {
                let folder = local.parent().map_or(Ok(()), std::fs::create_dir_all);
                let file = folder.and_then(|()| File::create_new(local)).map_err(|error| failed(&path, error))?;
                Sink::Local(BufWriter::with_capacity(1 << 20, file))
            }
            None => Sink::Memory(Vec::new()),
        };
        let summed = Summed { sink, crc32: crc32fast::Hasher::new(), bytes: 0 };
        let unfinished = Unfinished(local);
        let writer = ArrowWriter::try_new(summed, file_schema(), Some(properties())).map_err(|error| failed(&path, error))?;
        Ok(PartWriter { path, stated: Stated::default(), writer: Some(writer), unfinished })
    }

    /// Adds rows, which follow the ones before in the table's order.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let writer = self.writer.as_mut().expect("it is there until finish");
        let mut at = 0;
        while at < batch.num_rows() {
            let rows = PAGE_ROWS.min(batch.num_rows() - at);
            writer.write(&batch.slice(at, rows)).map_err(|error| failed(&self.path, error))?;
            at += rows;
        }
        self.stated.add(batch);
        Ok(())
    }

    /// Completes the file.
    pub fn finish(mut self) -> Result<Finished, Error> {
        let writer = self.writer.take().expect("finished once");
        let summed = writer.into_inner().map_err(|error| failed(&self.path, error))?;
        let Summed { sink, crc32, bytes } = summed;
        let content = match sink {
            Sink::Local(file) => {
                file.into_inner().map_err(|error| failed(&self.path, error.into_error()))?;
                None
            }
            Sink::Memory(content) => Some(content),
        };
        let written =
            Written { path: self.path.clone(), rows: self.stated.rows(), bytes, stats: self.stated.to_json(), crc32: crc32.finalize() };
        Ok(Finished { written, content, unfinished: self.unfinished })
    }
}

/// A complete file that may still be lost.
pub(crate) struct Finished {
    written: Written,
    content: Option<Vec<u8>>,
    unfinished: Unfinished,
}

impl Finished {
    /// Makes it last: it is on the disk, or in the object store.
    pub async fn publish(mut self, lake: &Lake) -> Result<Written, Error> {
        match (self.unfinished.0.as_ref(), self.content.take()) {
            (Some(path), _) => make_durable(path)?,
            (None, content) => upload(&lake.table.object_store(), &self.written.path, content.unwrap_or_default()).await?,
        }
        self.unfinished.0 = None;
        Ok(self.written.clone())
    }
}

fn failed(path: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::storage(format!("writing {path}"), error)
}

/// Where a file's bytes go.
enum Sink {
    Local(BufWriter<File>),
    Memory(Vec<u8>),
}

/// Counts and sums up what is written.
struct Summed {
    sink: Sink,
    crc32: crc32fast::Hasher,
    bytes: u64,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = match &mut self.sink {
            Sink::Local(file) => file.write(bytes)?,
            Sink::Memory(content) => content.write(bytes)?,
        };
        self.crc32.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.sink {
            Sink::Local(file) => file.flush(),
            Sink::Memory(_) => Ok(()),
        }
    }
}
