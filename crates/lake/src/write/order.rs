//! The order of rows within a file: see [`ORDER`](crate::ORDER).

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::row::{RowConverter, Rows, SortField};

use crate::Error;
use crate::columns::ORDER;

/// A column, or a field inside struct columns, by its dotted name.
pub(crate) fn column_at<'b>(batch: &'b RecordBatch, name: &str) -> Option<&'b ArrayRef> {
    let mut names = name.split('.');
    let mut column = batch.column_by_name(names.next()?)?;
    for name in names {
        column = column.as_struct_opt()?.column_by_name(name)?;
    }
    Some(column)
}

/// What rows are compared by.
pub(crate) fn compare_columns(batch: &RecordBatch) -> Result<Rows, Error> {
    let columns: Vec<ArrayRef> = ORDER.iter().filter_map(|name| column_at(batch, name)).cloned().collect();
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    let converter = RowConverter::new(fields).and_then(|converter| converter.convert_columns(&columns));
    converter.map_err(|error| Error::arrow("comparing rows", error))
}

/// The rows in order.
pub(crate) fn sorted(batch: &RecordBatch) -> Result<RecordBatch, Error> {
    let rows = compare_columns(batch)?;
    let mut order: Vec<u32> = (0..rows.num_rows() as u32).collect();
    order.sort_unstable_by(|a, b| rows.row(*a as usize).cmp(&rows.row(*b as usize)).then(a.cmp(b)));
    drop(rows);
    take_record_batch(batch, &UInt32Array::from(order)).map_err(|error| Error::arrow("sorting rows", error))
}
