//! The order of rows within a file: see [`ORDER`](crate::ORDER).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::LazyLock;

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::row::{RowConverter, Rows as Compared, SortField};

use crate::Error;
use crate::columns::ORDER;
use crate::rows::{MARKED, Mark, Rows, placed};

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
pub(crate) fn compare_columns(batch: &RecordBatch) -> Result<Compared, Error> {
    let columns: Vec<ArrayRef> = ORDER.iter().filter_map(|name| column_at(batch, name)).cloned().collect();
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    let converter = RowConverter::new(fields).and_then(|converter| converter.convert_columns(&columns));
    converter.map_err(|error| Error::arrow("comparing rows", error))
}

/// Where rows hold the columns of [`ORDER`].
static PLACES: LazyLock<Vec<usize>> =
    LazyLock::new(|| ORDER.iter().map(|name| placed(name).expect("the decoder knows every column of the order")).collect());

/// Bits of the place of a text among all: more than a part has rows.
const RANK_BITS: u32 = 25;

/// A row, by the number of its block and its own in it, and the places of its marked texts among all.
struct Ranked {
    ranks: u128,
    time: Option<i64>,
    row: (usize, usize),
}

/// Sorts rows, each the number of a block and of a row in it, as [`compare_columns`] compares them.
pub(crate) fn sort(blocks: &[Rows], rows: &mut [(usize, usize)]) {
    let text = |column: usize, (block, row): (usize, usize)| blocks[block].values.get(row).scalar(PLACES[column]);
    let mark = |(block, row): (usize, usize)| &blocks[block].marks[row];
    let mut columns: [Distinct; MARKED.len()] = Default::default();
    for row in &*rows {
        columns.iter_mut().zip(mark(*row).texts).for_each(|(distinct, mark)| distinct.meet(mark, *row));
    }
    let mut at = 0..;
    let ranks = columns.map(|distinct| {
        let column = at.next().unwrap_or_default();
        distinct.ranks(|row| text(column, row))
    });
    let ranked = |row: &(usize, usize)| {
        let Mark { texts, time } = mark(*row);
        let rank = |(ranks, mark): (&Ranks, &u64)| u128::from(ranks.get(mark).copied().unwrap_or_default());
        Ranked { ranks: ranks.iter().zip(texts).map(rank).fold(0, |all, rank| all << RANK_BITS | rank), time: *time, row: *row }
    };
    let mut order: Vec<Ranked> = rows.iter().map(ranked).collect();
    order.sort_unstable_by(|a, b| {
        let by_text = |column: usize| text(column, a.row).cmp(&text(column, b.row));
        let by_time = || a.time.zip(b.time).map_or_else(|| by_text(MARKED.len()), |(a, b)| a.cmp(&b));
        let rest = || (MARKED.len() + 1..ORDER.len()).map(by_text).find(|order| order.is_ne()).unwrap_or(Ordering::Equal);
        a.ranks.cmp(&b.ranks).then_with(by_time).then_with(rest).then_with(|| a.row.cmp(&b.row))
    });
    rows.iter_mut().zip(order).for_each(|(row, sorted)| *row = sorted.row);
}

/// The place of each text among all, by its mark; none comes first.
type Ranks = HashMap<u64, u32, foldhash::fast::RandomState>;

/// The different texts of a column, by mark, and a row that has each.
#[derive(Default)]
struct Distinct {
    rows: HashMap<u64, (usize, usize), foldhash::fast::RandomState>,
    last: Option<u64>,
}

impl Distinct {
    fn meet(&mut self, mark: u64, row: (usize, usize)) {
        if self.last != Some(mark) {
            self.last = Some(mark);
            self.rows.entry(mark).or_insert(row);
        }
    }

    fn ranks<'t>(self, text: impl Fn((usize, usize)) -> Option<Cow<'t, str>>) -> Ranks {
        let mut texts: Vec<(Option<Cow<'t, str>>, u64)> = self.rows.into_iter().map(|(mark, row)| (text(row), mark)).collect();
        texts.sort_unstable();
        (0..).zip(texts).map(|(rank, (_, mark))| (mark, rank)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use watchfire_model::{Record, Slots};

    use super::*;
    use crate::rows::RowBuilder;

    /// Rows with these members, and nothing else.
    fn rows(members: &[[Option<String>; 4]]) -> Rows {
        let names = ["recipientAccountId", "eventSource", "eventTime", "eventID"];
        let mut builder = RowBuilder::new();
        for values in members {
            let members = names.iter().zip(values).filter_map(|(name, value)| Some(((*name).into(), value.as_deref()?.into())));
            let text = serde_json::Value::Object(members.collect()).to_string();
            builder.push(&Record::new(&text, &Slots::default()));
        }
        builder.finish()
    }

    proptest! {
        #[test]
        fn rows_are_sorted_as_they_are_compared(blocks in prop::collection::vec(
            prop::collection::vec(prop::array::uniform4(prop::option::of("[ab\\\\\u{e4}]{0,2}")), 0..12), 1..4)
        ) {
            let blocks: Vec<Rows> = blocks.iter().map(|members| rows(members)).collect();
            let mut order: Vec<(usize, usize)> =
                blocks.iter().enumerate().flat_map(|(at, block)| (0..block.len()).map(move |row| (at, row))).collect();
            sort(&blocks, &mut order);
            let compare = |block: &Rows| compare_columns(&block.batch().expect("columns")).expect("comparable");
            let compared: Vec<Compared> = blocks.iter().map(compare).collect();
            let row = |(block, row): (usize, usize)| compared[block].row(row);
            prop_assert!(order.windows(2).all(|pair| row(pair[0]) <= row(pair[1])));
        }
    }
}
