//! A file of rows whose columns are encoded already.

use std::io::Write;

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::error::ArrowError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::writer::SerializedFileWriter;

use super::properties::properties;
use crate::Error;
use crate::chunk::Closed;
use crate::schema::file_schema;

/// A Parquet file with the table's columns.
pub(crate) struct RowFile<W: Write + Send>(SerializedFileWriter<W>);

impl<W: Write + Send> RowFile<W> {
    /// A file without rows.
    pub fn new(sink: W) -> Result<RowFile<W>, Error> {
        let writer = ArrowWriter::try_new(sink, file_schema(), Some(properties())).and_then(ArrowWriter::into_serialized_writer);
        Ok(RowFile(writer.map_err(|error| Error::parquet("a new data file", error))?.0))
    }

    /// Adds a group of rows.
    pub fn add(&mut self, columns: Vec<Closed>) -> Result<(), ParquetError> {
        let mut group = self.0.next_row_group()?;
        columns.into_iter().try_for_each(|Closed { bytes, result }| group.append_column(&bytes, result))?;
        group.close()?;
        Ok(())
    }

    /// Completes the file.
    pub fn finish(self) -> Result<W, ParquetError> {
        self.0.into_inner()
    }
}

/// All rows of a file in memory.
pub(crate) fn read_back(file: Vec<u8>) -> Result<RecordBatch, ArrowError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file))?;
    let schema = builder.schema().clone();
    let batches = builder.build()?.collect::<Result<Vec<_>, _>>()?;
    concat_batches(&schema, &batches)?.with_schema(file_schema())
}
