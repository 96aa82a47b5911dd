//! One data file being written.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use datafusion::arrow::array::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use deltalake_core::Path;
use deltalake_core::logstore::object_store::ObjectStoreExt;

use super::epoch::Written;
use super::file::RowFile;
use super::properties::{PAGE_ROWS, properties};
use super::stated::Stated;
use crate::rows::{Columns, Held};
use crate::schema::file_schema;
use crate::table::{make_durable, upload};
use crate::{Error, Lake};

/// Writes sorted rows into a new data file, which nobody sees until it is committed. A file that is not finished is removed again.
pub(crate) struct PartWriter {
    file: NewFile,
    stated: Stated,
    writer: ArrowWriter<Summed>,
}

/// The same of rows whose columns are encoded already.
pub(crate) struct RowsWriter {
    file: NewFile,
    rows: u64,
    writer: RowFile<Summed>,
}

/// A data file that is not complete.
struct NewFile {
    path: String,
    unfinished: Unfinished,
    is_folder_new: bool,
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

impl NewFile {
    /// A new file in a folder of the table. Its name ends in chance, so that no two writers ever write the same file.
    fn create(lake: &Lake, folder: &str, name: &str) -> Result<(NewFile, Summed), Error> {
        let chance = RandomState::new().hash_one(name);
        let path = format!("{folder}/part-{name}-{chance:016x}.parquet");
        let local = lake.place.local_path(&path);
        let is_folder_new = local.as_ref().and_then(|local| local.parent()).is_some_and(|folder| !folder.is_dir());
        let file = match &local {
            Some(local) => local.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| File::create_new(local)),
            // Without a name: it is gone with the process, however that ends.
            None => tempfile::tempfile(),
        };
        let file = file.map_err(|error| failed(&path, error))?;
        let summed = Summed { file: BufWriter::with_capacity(1 << 20, file), crc32: crc32fast::Hasher::new(), bytes: 0 };
        Ok((NewFile { path, unfinished: Unfinished(local), is_folder_new }, summed))
    }

    /// Completes the file. One in a folder is on the disk then.
    fn finish(self, summed: Summed, stated: &Stated) -> Result<Finished, Error> {
        let Summed { file, crc32, bytes } = summed;
        let file = file.into_inner().map_err(|error| failed(&self.path, error.into_error()))?;
        let written = Written { path: self.path, rows: stated.rows(), bytes, stats: stated.to_json(), crc32: crc32.finalize() };
        if let Some(path) = &self.unfinished.0 {
            make_durable(path, self.is_folder_new)?;
        }
        Ok(Finished { written, file, unfinished: self.unfinished })
    }
}

impl PartWriter {
    /// A new file in a folder of the table.
    pub fn create(lake: &Lake, folder: &str, name: &str) -> Result<PartWriter, Error> {
        let (file, summed) = NewFile::create(lake, folder, name)?;
        let writer = ArrowWriter::try_new(summed, file_schema(), Some(properties())).map_err(|error| failed(&file.path, error))?;
        Ok(PartWriter { file, stated: Stated::default(), writer })
    }

    /// Adds rows, which follow the ones before in the table's order.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let mut at = 0;
        while at < batch.num_rows() {
            let rows = PAGE_ROWS.min(batch.num_rows() - at);
            self.writer.write(&batch.slice(at, rows)).map_err(|error| failed(&self.file.path, error))?;
            at += rows;
        }
        self.stated.add(batch);
        Ok(())
    }

    /// Completes the file. One in a folder is on the disk then.
    pub fn finish(self) -> Result<Finished, Error> {
        let summed = self.writer.into_inner().map_err(|error| failed(&self.file.path, error))?;
        self.file.finish(summed, &self.stated)
    }
}

impl RowsWriter {
    /// A new file in a folder of the table.
    pub fn create(lake: &Lake, folder: &str, name: &str) -> Result<RowsWriter, Error> {
        let (file, summed) = NewFile::create(lake, folder, name)?;
        Ok(RowsWriter { file, rows: 0, writer: RowFile::new(summed)? })
    }

    /// Adds rows, which follow the ones before in the table's order, and are a group of their own.
    pub fn write<'r>(&mut self, rows: impl IntoIterator<Item = Held<'r>>, columns: &mut Columns) -> Result<(), Error> {
        let add = || {
            for row in rows {
                columns.append(&row)?;
                self.rows += 1;
            }
            self.writer.add(columns.finish()?)
        };
        add().map_err(|error| failed(&self.file.path, error))
    }

    /// Completes the file. One in a folder is on the disk then.
    pub fn finish(self, columns: &mut Columns) -> Result<Finished, Error> {
        let stated = Stated::of(self.rows, &columns.take_bounds());
        let summed = self.writer.finish().map_err(|error| failed(&self.file.path, error))?;
        self.file.finish(summed, &stated)
    }
}

/// A complete file that may still be lost.
pub(crate) struct Finished {
    written: Written,
    file: File,
    unfinished: Unfinished,
}

impl Finished {
    /// Makes it last: it is on the disk already, or goes to the object store.
    pub async fn publish(mut self, lake: &Lake) -> Result<Written, Error> {
        if self.unfinished.0.is_none() {
            upload(&lake.table.object_store(), &self.written.path, self.file, self.written.bytes).await?;
        }
        self.unfinished.0 = None;
        Ok(self.written)
    }
}

impl Lake {
    /// Removes data files that no version refers to. One that stays is no harm: vacuum finds it.
    pub(crate) async fn discard(&self, files: impl IntoIterator<Item = Written>) {
        let store = self.table.object_store();
        for Written { path, .. } in files {
            if let Err(error) = store.delete(&Path::from(path.as_str())).await {
                tracing::info!(path, %error, "a file that is not needed stays until the next vacuum");
            }
        }
    }
}

fn failed(path: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::storage(format!("writing {path}"), error)
}

/// Counts and sums up what is written.
struct Summed {
    file: BufWriter<File>,
    crc32: crc32fast::Hasher,
    bytes: u64,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.crc32.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
