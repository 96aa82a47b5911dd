//! An answer as a Parquet file.

use std::io::Write;

use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;

use super::{Answer, Page};
use crate::Error;

/// Writes pages of an answer into a Parquet file, row group by row group.
#[derive(Debug)]
pub struct ParquetOut<W: Write + Send> {
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> ParquetOut<W> {
    /// Begins a file with the answer's columns.
    ///
    /// # Errors
    /// [`Error::Engine`] when a column has a type that Parquet lacks.
    pub fn new(out: W, answer: &Answer) -> Result<ParquetOut<W>, Error> {
        let compression = Compression::ZSTD(ZstdLevel::try_new(3).map_err(failed)?);
        let properties = WriterProperties::builder().set_compression(compression).build();
        let writer = ArrowWriter::try_new(out, answer.schema(), Some(properties)).map_err(failed)?;
        Ok(ParquetOut { writer })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// [`Error::Engine`] when they cannot be written.
    pub fn write(&mut self, page: &Page) -> Result<(), Error> {
        self.writer.write(page.batch()).map_err(failed)
    }

    /// Ends the file; without it there is none.
    ///
    /// # Errors
    /// [`Error::Engine`] when it cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        self.writer.close().map(|_| ()).map_err(failed)
    }
}

fn failed(error: datafusion::parquet::errors::ParquetError) -> Error {
    Error::engine("writing Parquet", error)
}
