//! Some rows of an answer, in the forms that are shown or handed on.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::Error;
use crate::function::{json_rows, lengths_of_time, sql_name};

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutColumn {
    /// Its heading.
    pub name: String,
    /// Its type, in the words of SQL.
    pub kind: String,
    /// Whether it holds numbers.
    pub is_number: bool,
}

pub(super) fn columns(schema: &Schema) -> Vec<OutColumn> {
    let one = |field: &Arc<datafusion::arrow::datatypes::Field>| OutColumn {
        name: field.name().clone(),
        kind: sql_name(field.data_type()),
        is_number: field.data_type().is_numeric(),
    };
    schema.fields().iter().map(one).collect()
}

/// Some rows of an answer.
#[derive(Debug, Clone)]
pub struct Page {
    batch: RecordBatch,
}

impl Page {
    pub(super) fn new(batch: RecordBatch) -> Page {
        Page { batch }
    }

    pub(super) fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    pub(super) fn into_batch(self) -> RecordBatch {
        self.batch
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// The rows as texts, column after column, none for null: times in ISO 8601, arrays, maps and rows as JSON, bytes in hexadecimal.
    ///
    /// # Errors
    /// [`Error::Engine`] for a value that has no text.
    pub fn texts(&self) -> Result<Vec<Vec<Option<String>>>, Error> {
        let texts = self.batch.columns().iter().map(texts).collect::<datafusion::common::Result<_>>();
        texts.map_err(|error| Error::datafusion("writing rows as text", error))
    }

    /// The rows as JSON objects, one text a row, members in the order of the columns, nulls left in.
    ///
    /// # Errors
    /// [`Error::Engine`] for a value that has no JSON.
    pub fn json(&self) -> Result<Vec<String>, Error> {
        let fields = self.batch.schema().fields().clone();
        if fields.is_empty() {
            return Ok(vec!["{}".to_owned(); self.rows()]);
        }
        let rows: ArrayRef = Arc::new(StructArray::new(fields, self.batch.columns().to_vec(), None));
        let rows = json_rows(&rows).map_err(|error| Error::datafusion("writing rows as JSON", error))?;
        Ok(rows.into_iter().map(|row| row.unwrap_or_else(|| "null".to_owned())).collect())
    }
}

fn texts(values: &ArrayRef) -> datafusion::common::Result<Vec<Option<String>>> {
    let known = values.logical_nulls();
    let is_known = |row: usize| known.as_ref().is_none_or(|known| known.is_valid(row));
    if let Some(lengths) = lengths_of_time(values) {
        return lengths;
    }
    match values.data_type() {
        DataType::Utf8View => Ok(values.as_string_view().iter().map(|text| text.map(str::to_owned)).collect()),
        DataType::Utf8 => Ok(values.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()),
        nested if nested.is_nested() => json_rows(values),
        _ => {
            let shown = ArrayFormatter::try_new(values, &FormatOptions::default())?;
            let one = |row| is_known(row).then(|| shown.value(row).try_to_string()).transpose();
            Ok((0..values.len()).map(one).collect::<Result<_, _>>()?)
        }
    }
}
