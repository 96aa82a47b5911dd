//! Rows that are alike, found by numbers.

use std::ops::Range;

use datafusion::arrow::array::{Array, AsArray, MapArray, StringArray};
use datafusion::arrow::datatypes::Int32Type;
use datafusion::arrow::error::ArrowError;
use watchfire_model::Slot;

use super::Glanced;
use super::field::Field;
use super::texts::{Texts, text, views};
use crate::rows::WHOLE;

/// Rows that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Their numbers within the batch.
    pub rows: Range<usize>,
    /// A field of them has a value that its column cannot hold: only the whole record tells.
    pub is_odd: bool,
}

/// The kinds of the texts in the dictionary that a column came with last: batches of one group of rows share theirs.
#[derive(Debug, Default)]
pub struct KindTables {
    columns: Vec<Option<(StringArray, Vec<u32>)>>,
}

/// The kinds of some rows, column by column; 0 where a row has no such field.
#[derive(Debug)]
pub struct Runs {
    columns: Vec<Vec<u32>>,
    /// 1 where a run begins.
    begins: Vec<u8>,
    odd: Vec<bool>,
}

impl Glanced {
    /// The rows in runs of the same kinds. `kind` says of a text of one of `fields`, by its place among them, of which kind it is.
    pub fn runs(&self, fields: &[Slot], tables: &mut KindTables, mut kind: impl FnMut(usize, &str) -> u32) -> Runs {
        tables.columns.resize_with(fields.len(), || None);
        let columns = fields.iter().zip(&mut tables.columns).enumerate();
        let columns: Vec<Vec<u32>> = columns
            .map(|(at, (slot, table))| match self.column(*slot) {
                None => Vec::new(),
                Some((_, column)) => kinds_of(column, self.rows, table, &mut |text| kind(at, text)),
            })
            .collect();
        let mut begins = vec![0; self.rows];
        for kinds in &columns {
            mark(&mut begins, kinds);
        }
        mark(&mut begins, &self.odd);
        Runs { columns, begins, odd: self.odd.clone() }
    }
}

/// So many rows in a row, in parts that hold the same in some fields. Each field stands in the first of `parts` that has it: what was read
/// of the rows, each with the number of the first row there.
pub fn alike<'g>(parts: &[(&'g Glanced, usize)], rows: usize, fields: &[Slot]) -> impl Iterator<Item = Range<usize>> + use<'g> {
    let column = |slot: &Slot| parts.iter().find_map(|(part, first)| Some((&part.column(*slot)?.1, *first)));
    let columns: Vec<(&Texts, usize)> = fields.iter().filter_map(column).collect();
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = start;
        let is_other = |row: &usize| !columns.iter().all(|(column, at)| column.is_same(at + *row - 1, at + *row));
        start = (first + 1..rows).find(is_other).unwrap_or(rows);
        (first < rows).then_some(first..start)
    })
}

/// Marks the rows that differ from the one before.
fn mark<T: PartialEq>(begins: &mut [u8], values: &[T]) {
    for (begin, pair) in begins.iter_mut().skip(1).zip(values.windows(2)) {
        *begin |= u8::from(pair[0] != pair[1]);
    }
}

fn kinds_of(column: &Texts, rows: usize, table: &mut Option<(StringArray, Vec<u32>)>, kind: &mut dyn FnMut(&str) -> u32) -> Vec<u32> {
    match column {
        Texts::Numbered(numbers, texts) => {
            let is_known = |(known, _): &&(StringArray, Vec<u32>)| {
                known.values().ptr_eq(texts.values()) && known.offsets().ptr_eq(texts.offsets()) && known.len() == texts.len()
            };
            if table.as_ref().filter(is_known).is_none() {
                let kinds = texts.iter().map(|text| text.map_or(0, &mut *kind)).collect();
                *table = Some((texts.clone(), kinds));
            }
            let kinds = table.as_ref().map(|(_, kinds)| &kinds[..]).unwrap_or_default();
            let of = |number: &i32| kinds.get(*number as usize).copied().unwrap_or(0);
            let keys = numbers.keys();
            let mut found: Vec<u32> = keys.values().iter().map(of).collect();
            if let Some(nulls) = keys.nulls().filter(|nulls| nulls.null_count() > 0) {
                found.iter_mut().zip(nulls).for_each(|(kind, is_valid)| *kind *= u32::from(is_valid));
            }
            found
        }
        Texts::Each(texts) => (0..rows).map(|row| text(Some(texts), row).map_or(0, &mut *kind)).collect(),
        Texts::Lists(_) => vec![0; rows],
    }
}

impl Runs {
    /// The runs, in order.
    pub fn iter(&self) -> impl Iterator<Item = Run> {
        let mut start = 0;
        std::iter::from_fn(move || {
            let begins = self.begins.get(start + 1..)?;
            let end = memchr::memchr(1, begins).map_or(self.begins.len(), |at| start + 1 + at);
            let run = Run { rows: start..end, is_odd: self.odd.get(start).copied().unwrap_or(false) };
            start = end;
            Some(run)
        })
    }

    /// The kinds of a row, field by field.
    pub fn kinds(&self, row: usize, kinds: &mut Vec<u32>) {
        kinds.clear();
        kinds.extend(self.columns.iter().map(|column| column.get(row).copied().unwrap_or(0)));
    }
}

/// The rows with an entry in `extra` under the path of a field, of what it stands in, of what stands in it, or of the whole record.
/// A null says no more than an empty column.
pub(super) fn odd_rows(extra: &MapArray, watched: &[&Field]) -> Result<Vec<bool>, ArrowError> {
    let keys = extra.keys().as_dictionary_opt::<Int32Type>();
    let Some((keys, paths)) = keys.and_then(|keys| Some((keys, keys.values().as_string_opt::<i32>()?))) else {
        return Ok(vec![true; extra.len()]);
    };
    let weights: Vec<u8> = paths.iter().map(|path| path.map_or(0, |path| weight(path, watched))).collect();
    if weights.iter().all(|weight| *weight == 0) {
        return Ok(Vec::new());
    }
    let values = views(extra.values())?;
    let is_odd = |at: usize| match keys.key(at).and_then(|key| weights.get(key)) {
        Some(1) => text(Some(&values), at).is_some_and(|json| json != "null"),
        Some(2) => true,
        _ => false,
    };
    let offsets = extra.value_offsets();
    Ok((0..extra.len()).map(|row| (offsets[row] as usize..offsets[row + 1] as usize).any(is_odd)).collect())
}

/// Whether an entry under one of these paths may make a row odd.
pub(super) fn may_be_odd<'p>(mut paths: impl Iterator<Item = &'p str>, watched: &[&Field]) -> bool {
    paths.any(|path| weight(path, watched) > 0)
}

/// What a path's entry makes of a row: nothing, 1 when it is odd unless the entry is null, 2 when it is odd. An entry inside a field counts
/// even when it is null.
fn weight(path: &str, watched: &[&Field]) -> u8 {
    let is_within = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    match path {
        WHOLE => 2,
        path if watched.iter().any(|field| is_within(path, field.path) && path != field.path) => 2,
        path => u8::from(watched.iter().any(|field| is_within(field.path, path))),
    }
}
