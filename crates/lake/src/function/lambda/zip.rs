//! `map_zip_with`: two maps brought together key by key.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, MapArray, StructArray, UInt32Array};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, internal_err, plan_err};

use super::map::entry;
use super::{Invocation, Line, Slot, pick};
use crate::function::kind::map_of;

pub(super) const LINES: &[Line] = &[Line {
    name: "map_zip_with",
    signature: "map_zip_with(map, map, (key, value, value) -> value)",
    meaning: "a map of what becomes of the values that two maps have under each key; null where one has none",
    takes: &[Slot::Map, Slot::Map, Slot::Lambda],
    parameters: |values, _| {
        let [left, right] = values else { return plan_err!("map_zip_with takes two maps") };
        let ((key, left), (_, right)) = (entry(std::slice::from_ref(left))?, entry(std::slice::from_ref(right))?);
        Ok(vec![Some(vec![key, left, right])])
    },
    settle: |values, _| values.to_vec(),
    gives: |values, lambdas| entry(values).map(|(key, value)| map_of(key, lambdas.first().cloned().unwrap_or(value))),
    run: map_zip_with,
}];

fn maps(call: &Invocation<'_>, at: usize) -> Result<MapArray> {
    call.value(at)?.as_map_opt().cloned().map_or_else(|| internal_err!("a value is no map"), Ok)
}

fn span(maps: &MapArray, row: usize) -> std::ops::Range<usize> {
    let bound = |at: usize| maps.value_offsets().get(at).map_or(0, |offset| *offset as usize);
    bound(row)..bound(row + 1)
}

fn map_zip_with(call: &Invocation<'_>) -> Result<ArrayRef> {
    let (left, right) = (maps(call, 0)?, maps(call, 1)?);
    if left.keys().data_type() != right.keys().data_type() {
        return plan_err!("map_zip_with: the keys of the two maps are of different types");
    }
    let keys = concat(&[left.keys().as_ref(), right.keys().as_ref()])?;
    let converter = RowConverter::new(vec![SortField::new(keys.data_type().clone())])?;
    let told_apart = converter.convert_columns(&[Arc::clone(&keys)])?;
    let start = left.keys().len();
    let known = NullBuffer::union(left.nulls(), right.nulls());
    // Where each key stands among all keys, and its values in either map.
    let mut found: Vec<(u32, Option<u32>, Option<u32>)> = Vec::new();
    let (mut row_numbers, mut lengths) = (Vec::new(), Vec::with_capacity(call.rows));
    for row in 0..call.rows {
        let before = found.len();
        if known.as_ref().is_none_or(|known| known.is_valid(row)) {
            let mut seen = HashMap::new();
            for place in span(&left, row) {
                seen.insert(told_apart.row(place), found.len());
                found.push((place as u32, Some(place as u32), None));
            }
            for place in span(&right, row) {
                match seen.get(&told_apart.row(start + place)) {
                    Some(&at) => found[at].2 = Some(place as u32),
                    None => found.push(((start + place) as u32, None, Some(place as u32))),
                }
            }
        }
        lengths.push(found.len() - before);
        row_numbers.extend(std::iter::repeat_n(row as u32, found.len() - before));
    }
    let names = take(&keys, &found.iter().map(|(key, ..)| Some(*key)).collect::<UInt32Array>(), None)?;
    let first = pick(left.values(), &found.iter().map(|(_, first, _)| *first).collect::<UInt32Array>())?;
    let second = pick(right.values(), &found.iter().map(|(.., second)| *second).collect::<UInt32Array>())?;
    let values = call.ask(0, &[Arc::clone(&names), first, second], &row_numbers.into())?;
    let DataType::Map(field, sorted) = call.gives else { return internal_err!("the answer is a map") };
    let DataType::Struct(pair) = field.data_type() else { return internal_err!("a map has entries") };
    let entries = StructArray::try_new(pair.clone(), vec![names, values], None)?;
    Ok(Arc::new(MapArray::try_new(Arc::clone(field), OffsetBuffer::from_lengths(lengths), entries, known, *sorted)?))
}
