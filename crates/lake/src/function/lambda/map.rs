//! Maps whose entries a lambda chooses or changes.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, MapArray, StructArray, UInt32Array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, exec_err, internal_err, plan_err};

use super::{Invocation, Line, Slot, pick};
use crate::function::kind::map_of;

pub(super) const LINES: &[Line] = &[
    Line {
        name: "map_filter",
        signature: "map_filter(map, (key, value) -> condition)",
        meaning: "the entries of a map for which a condition holds",
        takes: &[Slot::Map, Slot::Lambda],
        parameters: entry_parameters,
        settle: |values, _| values.to_vec(),
        gives: |values, _| entry(values).map(|(key, value)| map_of(key, value)),
        run: map_filter,
    },
    Line {
        name: "transform_keys",
        signature: "transform_keys(map, (key, value) -> key)",
        meaning: "a map with other keys",
        takes: &[Slot::Map, Slot::Lambda],
        parameters: entry_parameters,
        settle: |values, _| values.to_vec(),
        gives: |values, lambdas| entry(values).map(|(key, value)| map_of(lambdas.first().cloned().unwrap_or(key), value)),
        run: transform_keys,
    },
    Line {
        name: "transform_values",
        signature: "transform_values(map, (key, value) -> value)",
        meaning: "a map with other values",
        takes: &[Slot::Map, Slot::Lambda],
        parameters: entry_parameters,
        settle: |values, _| values.to_vec(),
        gives: |values, lambdas| entry(values).map(|(key, value)| map_of(key, lambdas.first().cloned().unwrap_or(value))),
        run: transform_values,
    },
];

fn entry_parameters(values: &[DataType], _: &[Option<DataType>]) -> Result<Vec<Option<Vec<DataType>>>> {
    let (key, value) = entry(values)?;
    Ok(vec![Some(vec![key, value])])
}

/// The types of the keys and values of a map.
pub(super) fn entry(values: &[DataType]) -> Result<(DataType, DataType)> {
    if let Some(DataType::Map(entries, _)) = values.first()
        && let DataType::Struct(pair) = entries.data_type()
        && let [key, value] = pair.as_ref()
    {
        return Ok((key.data_type().clone(), value.data_type().clone()));
    }
    plan_err!("a map is wanted")
}

/// The entries of all maps of a batch, one behind the other.
struct Entries {
    maps: MapArray,
    keys: ArrayRef,
    values: ArrayRef,
    /// The row that each entry belongs to.
    row_numbers: UInt32Array,
    lengths: Vec<usize>,
}

fn entries(call: &Invocation<'_>) -> Result<Entries> {
    let Some(maps) = call.value(0)?.as_map_opt().cloned() else { return internal_err!("a value is no map") };
    let (mut places, mut row_numbers, mut lengths) = (Vec::new(), Vec::new(), Vec::with_capacity(call.rows));
    for row in 0..call.rows {
        let length = if maps.is_valid(row) { maps.value_length(row) as u32 } else { 0 };
        let start = maps.value_offsets()[row] as u32;
        lengths.push(length as usize);
        places.extend(start..start + length);
        row_numbers.extend(std::iter::repeat_n(row as u32, length as usize));
    }
    let places: UInt32Array = places.into();
    let (keys, values) = (pick(maps.keys(), &places)?, pick(maps.values(), &places)?);
    Ok(Entries { maps, keys, values, row_numbers: row_numbers.into(), lengths })
}

impl Entries {
    fn ask(&self, call: &Invocation<'_>) -> Result<ArrayRef> {
        call.ask(0, &[Arc::clone(&self.keys), Arc::clone(&self.values)], &self.row_numbers)
    }

    /// Maps of these keys and values.
    fn maps_of(&self, call: &Invocation<'_>, lengths: Vec<usize>, keys: ArrayRef, values: ArrayRef) -> Result<ArrayRef> {
        let DataType::Map(field, sorted) = call.gives else { return internal_err!("the answer is a map") };
        let DataType::Struct(pair) = field.data_type() else { return internal_err!("a map has entries") };
        let pair: Fields = pair.clone();
        let entries = StructArray::try_new(pair, vec![keys, values], None)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(MapArray::try_new(Arc::clone(field), offsets, entries, self.maps.nulls().cloned(), *sorted)?))
    }
}

fn map_filter(call: &Invocation<'_>) -> Result<ArrayRef> {
    let all = entries(call)?;
    let kept = all.ask(call)?;
    let Some(kept) = kept.as_boolean_opt() else { return exec_err!("map_filter: the lambda must give true or false") };
    let mut lengths = vec![0; call.rows];
    let mut places = Vec::new();
    for (at, row) in all.row_numbers.values().iter().enumerate() {
        if kept.is_valid(at) && kept.value(at) {
            lengths[*row as usize] += 1;
            places.push(at as u32);
        }
    }
    let places: UInt32Array = places.into();
    all.maps_of(call, lengths, pick(&all.keys, &places)?, pick(&all.values, &places)?)
}

fn transform_keys(call: &Invocation<'_>) -> Result<ArrayRef> {
    let all = entries(call)?;
    let keys = all.ask(call)?;
    if keys.logical_null_count() > 0 {
        return exec_err!("transform_keys: a key cannot be null");
    }
    let converter = RowConverter::new(vec![SortField::new(keys.data_type().clone())])?;
    let rows = converter.convert_columns(&[Arc::clone(&keys)])?;
    let mut seen = HashSet::new();
    if !all.row_numbers.values().iter().enumerate().all(|(at, row)| seen.insert((*row, rows.row(at)))) {
        return exec_err!("transform_keys: two entries of a map come to the same key");
    }
    all.maps_of(call, all.lengths.clone(), keys, Arc::clone(&all.values))
}

fn transform_values(call: &Invocation<'_>) -> Result<ArrayRef> {
    let all = entries(call)?;
    let values = all.ask(call)?;
    all.maps_of(call, all.lengths.clone(), Arc::clone(&all.keys), values)
}
