//! The order of rows within a file: see [`ORDER`](crate::ORDER).

use std::cmp::Ordering;
use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
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

/// Columns of [`ORDER`] that have few values in a part: their values are numbered, and rows compared by numbers first.
const NUMBERED: usize = 5;

/// Bits of one number: more than a part has rows.
const NUMBER_BITS: u32 = 25;

/// Sorts rows, each the number of a batch and of a row in it, as [`compare_columns`] compares them.
pub(crate) fn sort(batches: &[RecordBatch], rows: &mut [(usize, usize)]) {
    let column =
        |name: &&str| batches.iter().map(|batch| column_at(batch, name).and_then(|column| column.as_string_opt::<i32>())).collect();
    let columns: Vec<Vec<Option<&StringArray>>> = ORDER.iter().map(column).collect();
    let text = |column: usize, (batch, row): (usize, usize)| {
        columns.get(column)?.get(batch)?.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row))
    };
    let mut packed = vec![0u128; rows.len()];
    for column in 0..NUMBERED {
        let numbers = numbered(rows.iter().map(|row| text(column, *row)));
        packed.iter_mut().zip(numbers).for_each(|(packed, number)| *packed = *packed << NUMBER_BITS | u128::from(number));
    }
    let mut order: Vec<(u128, (usize, usize))> = packed.into_iter().zip(rows.iter().copied()).collect();
    order.sort_unstable_by(|(a_packed, a), (b_packed, b)| {
        let rest = || (NUMBERED..ORDER.len()).map(|column| text(column, *a).cmp(&text(column, *b))).find(|order| order.is_ne());
        a_packed.cmp(b_packed).then_with(|| rest().unwrap_or(Ordering::Equal)).then(a.cmp(b))
    });
    rows.iter_mut().zip(order).for_each(|(row, (_, sorted))| *row = sorted);
}

/// Numbers texts by their order; none comes first.
fn numbered<'t>(texts: impl Iterator<Item = Option<&'t str>>) -> Vec<u32> {
    let mut known: HashMap<&str, u32, foldhash::fast::RandomState> = HashMap::default();
    let mut distinct = Vec::new();
    let mut numbers: Vec<Option<u32>> = Vec::with_capacity(texts.size_hint().0);
    let mut last: Option<(&str, u32)> = None;
    for text in texts {
        let number = text.map(|text| match last {
            Some((same, number)) if same == text => number,
            _ => *known.entry(text).or_insert_with(|| {
                distinct.push(text);
                distinct.len() as u32 - 1
            }),
        });
        last = text.zip(number);
        numbers.push(number);
    }
    let mut sorted: Vec<u32> = (0..distinct.len() as u32).collect();
    sorted.sort_unstable_by_key(|number| distinct[*number as usize]);
    let mut ranks = vec![0; sorted.len()];
    (1..).zip(&sorted).for_each(|(rank, number)| ranks[*number as usize] = rank);
    numbers.into_iter().map(|number| number.map_or(0, |number| ranks[number as usize])).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::schema::file_schema;

    /// A batch with these accounts, sources, times and ids, and nothing else.
    fn batch(rows: &[[Option<String>; 4]]) -> RecordBatch {
        let names = ["recipientaccountid", "eventsource", "eventtime", "eventid"];
        let column = |at: usize| Arc::new(rows.iter().map(|row| row[at].clone()).collect::<StringArray>()) as ArrayRef;
        let batch = RecordBatch::try_from_iter_with_nullable(names.iter().enumerate().map(|(at, name)| (*name, column(at), true)));
        crate::rows::conform(&batch.expect("columns of one length")).expect("the table's columns")
    }

    proptest! {
        #[test]
        fn rows_are_sorted_as_they_are_compared(batches in prop::collection::vec(
            prop::collection::vec(prop::array::uniform4(prop::option::of("[ab\u{e4}]{0,2}")), 0..12), 1..4)
        ) {
            let batches: Vec<RecordBatch> = batches.iter().map(|rows| batch(rows)).collect();
            prop_assert_eq!(batches[0].schema(), file_schema());
            let mut rows: Vec<(usize, usize)> =
                batches.iter().enumerate().flat_map(|(at, batch)| (0..batch.num_rows()).map(move |row| (at, row))).collect();
            sort(&batches, &mut rows);
            let compared: Vec<Rows> = batches.iter().map(|batch| compare_columns(batch).expect("comparable")).collect();
            let row = |(batch, row): (usize, usize)| compared[batch].row(row);
            prop_assert!(rows.windows(2).all(|pair| row(pair[0]) <= row(pair[1])));
        }
    }
}
