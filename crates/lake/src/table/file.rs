//! The data files that make up a version of the table, and how they are read.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use datafusion::parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStream};
use datafusion::parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use datafusion::parquet::errors::ParquetError;
use deltalake_core::Path;
use deltalake_core::kernel::LogicalFileView;
use deltalake_core::kernel::{Action, Remove};
use futures::StreamExt;

use super::dictionary::{Shifted, dictionary_of, texts_of_dictionary};
use super::{Day, Lake, now_millis};
use crate::Error;
use crate::columns::DAY;
use crate::rows::NO_DAY;

/// A data file of the version looked at.
#[derive(Debug, Clone)]
pub struct LiveFile {
    /// Where it is, from the table's folder.
    pub path: String,
    /// Its size in bytes, as the log states it.
    pub bytes: u64,
    /// The day whose rows it holds.
    pub day: Day,
    /// How many rows it holds, when the log states it.
    pub rows: Option<u64>,
    /// What the log states about its columns, as JSON.
    pub stats: Option<String>,
    /// Whether rows of it are deleted by a list beside it, as other programs may do.
    pub(crate) has_deletions: bool,
}

impl LiveFile {
    fn new(view: &LogicalFileView) -> LiveFile {
        let day = view.partition_values_map().get(DAY).cloned().flatten();
        LiveFile {
            path: view.path().into_owned(),
            bytes: u64::try_from(view.size()).unwrap_or(0),
            day: day.and_then(|day| day.parse().ok()).unwrap_or(Day(NO_DAY)),
            rows: view.num_records().map(|rows| rows as u64),
            stats: view.stats(),
            has_deletions: view.deletion_vector_descriptor().is_some(),
        }
    }

    /// The action that takes it out of the table. `data_change` is false when its rows stay, in other files.
    pub(crate) fn remove(&self, data_change: bool) -> Action {
        Action::Remove(Remove {
            path: self.path.clone(),
            data_change,
            deletion_timestamp: Some(now_millis()),
            extended_file_metadata: Some(true),
            size: i64::try_from(self.bytes).ok(),
            partition_values: Some([(DAY.to_owned(), Some(self.day.to_string()))].into()),
            ..Remove::default()
        })
    }
}

impl Lake {
    /// The data files of this version.
    ///
    /// # Errors
    /// [`Error::Storage`] when the table is not loaded, which is a bug.
    pub fn files(&self) -> Result<Vec<LiveFile>, Error> {
        let state = self.table.snapshot().map_err(|error| self.place.failed(error))?;
        Ok(state.log_data().iter().map(|view| LiveFile::new(&view)).collect())
    }

    /// The data files by day, oldest first.
    pub(crate) fn files_by_day(&self) -> Result<BTreeMap<Day, Vec<LiveFile>>, Error> {
        let mut days: BTreeMap<Day, Vec<LiveFile>> = BTreeMap::new();
        for file in self.files()? {
            days.entry(file.day).or_default().push(file);
        }
        Ok(days)
    }

    /// Opens a data file: all its columns, or those named.
    pub(crate) async fn read(&self, file: &LiveFile, columns: Option<&[&str]>) -> Result<Batches, Error> {
        let opened = self.open_as(file, Schema::clone).await?;
        let builder = opened.builder(&opened.metadata);
        let mask = match columns {
            Some(columns) => ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied()),
            None => ProjectionMask::all(),
        };
        opened.batches(builder.with_projection(mask), true)
    }

    /// Opens a data file; [`DataFile::read_as`] gives columns as other types than they were written in. Without the page index: where
    /// that is damaged, the reader follows it beyond the file.
    pub(crate) async fn open_as(&self, file: &LiveFile, types: impl FnOnce(&Schema) -> Schema) -> Result<DataFile, Error> {
        if file.has_deletions {
            return Err(Error::Newer { location: self.location().into(), reason: format!("{} has a deletion vector", file.path) });
        }
        let path = Path::parse(&file.path).unwrap_or_else(|_| Path::from(file.path.as_str()));
        let mut reader = Opened::new(self.table.object_store(), path);
        let failed = |error| Error::parquet(&file.path, error);
        let metadata = ArrowReaderMetadata::load_async(&mut reader, ArrowReaderOptions::new()).await.map_err(failed)?;
        let options = ArrowReaderOptions::new().with_schema(Arc::new(types(metadata.schema())));
        let typed = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).map_err(failed)?;
        Ok(DataFile { metadata, typed, reader, path: file.path.clone() })
    }
}

#[expect(deprecated, reason = "what shall follow it is a trait to implement, with nothing else to gain here")]
type Opened = datafusion::parquet::arrow::async_reader::ParquetObjectReader;

/// A data file, opened. It holds its rows in groups, each of which can be read by itself.
pub struct DataFile {
    reader: Opened,
    metadata: ArrowReaderMetadata,
    /// The same with other types than the columns were written in.
    typed: ArrowReaderMetadata,
    path: String,
}

impl DataFile {
    /// How many groups of rows it has.
    pub fn groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// Where it is, from the table's folder.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Opens some rows of a group: ranges that do not overlap, in order.
    pub(crate) fn read_rows(&self, group: usize, rows: &[Range<usize>]) -> Result<Batches, Error> {
        let builder = self.builder(&self.metadata).with_row_groups(vec![group]).with_row_selection(self.selection(group, rows));
        self.batches(builder, true)
    }

    /// Opens columns of a group, of all rows or of some, as the types that were asked for.
    pub(crate) fn read_as(&self, group: usize, rows: Option<&[Range<usize>]>, columns: &[&str]) -> Result<Batches, Error> {
        let mut builder = self.builder(&self.typed).with_row_groups(vec![group]);
        if let Some(rows) = rows {
            builder = builder.with_row_selection(self.selection(group, rows));
        }
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        self.batches(builder.with_projection(mask), false)
    }

    /// The different texts of a column of a group, by its path in the file, when its dictionary tells all of them.
    pub(crate) async fn distinct(&self, group: usize, column: &str) -> Result<Option<Vec<String>>, Error> {
        match dictionary_of(self.metadata.metadata().row_group(group), column) {
            None => Ok(None),
            Some(chunk) => {
                let (start, length) = chunk.byte_range();
                let read = self.reader.clone().get_bytes(start..start + length).await;
                let texts = read.and_then(|bytes| texts_of_dictionary(Shifted { bytes, start }, chunk));
                texts.map(Some).map_err(|error| self.failed(error))
            }
        }
    }

    fn selection(&self, group: usize, rows: &[Range<usize>]) -> RowSelection {
        let total = self.metadata.metadata().row_group(group).num_rows();
        RowSelection::from_consecutive_ranges(rows.iter().cloned(), usize::try_from(total).unwrap_or(0))
    }

    fn builder(&self, metadata: &ArrowReaderMetadata) -> ParquetRecordBatchStreamBuilder<Opened> {
        let builder = ParquetRecordBatchStreamBuilder::new_with_metadata(self.reader.clone(), metadata.clone());
        builder.with_batch_size(crate::rows::BATCH_ROWS)
    }

    fn batches(&self, builder: ParquetRecordBatchStreamBuilder<Opened>, plain: bool) -> Result<Batches, Error> {
        let stream = builder.build().map_err(|error| self.failed(error))?;
        Ok(Batches { stream: Box::new(stream), file: self.path.clone(), plain })
    }

    fn failed(&self, error: ParquetError) -> Error {
        Error::parquet(&self.path, error)
    }
}

/// Rows of one data file, batch by batch.
pub(crate) struct Batches {
    stream: Box<ParquetRecordBatchStream<Opened>>,
    file: String,
    /// Whether columns come as plain text, whatever type of text they are written in.
    plain: bool,
}

impl Batches {
    /// The next rows.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        match self.stream.next().await {
            None => Ok(None),
            Some(Ok(batch)) if !self.plain => Ok(Some(batch)),
            Some(Ok(batch)) => plain_texts(&batch).map(Some).map_err(|error| Error::arrow(&format!("reading {}", self.file), error)),
            Some(Err(error)) => Err(Error::parquet(&self.file, error)),
        }
    }
}

fn plain_texts(batch: &RecordBatch) -> Result<RecordBatch, datafusion::arrow::error::ArrowError> {
    let is_other = |kind: &DataType| matches!(kind, DataType::LargeUtf8 | DataType::Utf8View);
    if !batch.schema().fields().iter().any(|field| is_other(field.data_type())) {
        return Ok(batch.clone());
    }
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let column = if is_other(field.data_type()) { cast(column, &DataType::Utf8)? } else { column.clone() };
        fields.push(Field::new(field.name(), column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
