//! The data files that make up a version of the table, and how they are read.

use std::collections::BTreeMap;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStream;
use datafusion::parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use deltalake_core::Path;
use deltalake_core::kernel::LogicalFileView;
use deltalake_core::kernel::{Action, Remove};
use futures::StreamExt;
use std::sync::Arc;

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
        if file.has_deletions {
            return Err(Error::Newer { location: self.location().into(), reason: format!("{} has a deletion vector", file.path) });
        }
        let path = Path::parse(&file.path).unwrap_or_else(|_| Path::from(file.path.as_str()));
        #[expect(deprecated, reason = "what shall follow it is a trait to implement, with nothing else to gain here")]
        let reader = datafusion::parquet::arrow::async_reader::ParquetObjectReader::new(self.table.object_store(), path);
        let failed = |error| Error::parquet(&file.path, error);
        let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(failed)?;
        let mask = match columns {
            Some(columns) => ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied()),
            None => ProjectionMask::all(),
        };
        let stream = builder.with_projection(mask).with_batch_size(crate::rows::BATCH_ROWS).build().map_err(failed)?;
        Ok(Batches { stream: Box::new(stream), file: file.path.clone() })
    }
}

/// The rows of one data file, batch by batch.
pub(crate) struct Batches {
    #[expect(deprecated, reason = "as where it is made")]
    stream: Box<ParquetRecordBatchStream<datafusion::parquet::arrow::async_reader::ParquetObjectReader>>,
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
