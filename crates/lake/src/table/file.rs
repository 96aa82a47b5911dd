//! The data files that make up a version of the table, and how they are read.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStream;
use datafusion::parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use datafusion::parquet::errors::ParquetError;
use deltalake_core::Path;
use deltalake_core::kernel::LogicalFileView;
use deltalake_core::kernel::{Action, Remove};
use futures::StreamExt;

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
        let (builder, failed) = self.opened(file, |_| None).await?;
        let mask = match columns {
            Some(columns) => ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied()),
            None => ProjectionMask::all(),
        };
        let stream = builder.with_projection(mask).build().map_err(failed)?;
        Ok(Batches { stream: Box::new(stream), file: file.path.clone() })
    }

    /// Opens some rows of a data file: ranges that do not overlap, in order.
    pub(crate) async fn read_rows(&self, file: &LiveFile, rows: &[Range<usize>]) -> Result<Batches, Error> {
        let (builder, failed) = self.opened(file, |_| None).await?;
        let total = builder.metadata().file_metadata().num_rows();
        let rows = RowSelection::from_consecutive_ranges(rows.iter().cloned(), usize::try_from(total).unwrap_or(0));
        let stream = builder.with_row_selection(rows).build().map_err(failed)?;
        Ok(Batches { stream: Box::new(stream), file: file.path.clone() })
    }

    /// Opens columns of a data file as other types than they were written in.
    pub(crate) async fn read_as(&self, file: &LiveFile, columns: &[String], types: impl Fn(&Schema) -> Schema) -> Result<Batches, Error> {
        let (builder, failed) = self.opened(file, |schema| Some(Arc::new(types(schema)))).await?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().map(String::as_str));
        let stream = builder.with_projection(mask).build().map_err(failed)?;
        Ok(Batches { stream: Box::new(stream), file: file.path.clone() })
    }

    /// Opens a data file; `types` may ask for other types than it was written in. Without the page index: where that is damaged, the
    /// reader follows it beyond the file.
    async fn opened<'f>(
        &self,
        file: &'f LiveFile,
        types: impl FnOnce(&Schema) -> Option<SchemaRef>,
    ) -> Result<(ParquetRecordBatchStreamBuilder<Opened>, impl Fn(ParquetError) -> Error + 'f), Error> {
        if file.has_deletions {
            return Err(Error::Newer { location: self.location().into(), reason: format!("{} has a deletion vector", file.path) });
        }
        let path = Path::parse(&file.path).unwrap_or_else(|_| Path::from(file.path.as_str()));
        let mut reader = Opened::new(self.table.object_store(), path);
        let failed = |error| Error::parquet(&file.path, error);
        let mut metadata = ArrowReaderMetadata::load_async(&mut reader, ArrowReaderOptions::new()).await.map_err(failed)?;
        if let Some(schema) = types(metadata.schema()) {
            let options = ArrowReaderOptions::new().with_schema(schema);
            metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).map_err(failed)?;
        }
        Ok((ParquetRecordBatchStreamBuilder::new_with_metadata(reader, metadata).with_batch_size(crate::rows::BATCH_ROWS), failed))
    }
}

#[expect(deprecated, reason = "what shall follow it is a trait to implement, with nothing else to gain here")]
type Opened = datafusion::parquet::arrow::async_reader::ParquetObjectReader;

/// The rows of one data file, batch by batch.
pub(crate) struct Batches {
    stream: Box<ParquetRecordBatchStream<Opened>>,
    file: String,
}

impl Batches {
    /// The next rows; text columns of other programs come as plain text.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        match self.stream.next().await {
            None => Ok(None),
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
