//! Whole records: their text, and everything in them under dotted paths.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, MapBuilder, RecordBatch, StringViewArray, StringViewBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::{Result, exec_datafusion_err};

use super::call::Call;
use super::json::encode::encode_rows;
use super::json::scan::members;
use super::json::value::any_text;
use super::kind::{Gives, Kind, map_of};
use super::scalar::Scalar;
use crate::columns::{COLUMNS, EXTRA};

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        name: "event_json",
        signature: "event_json(column, …)",
        meaning: "the whole record as JSON text, out of all columns of cloudtrail in their order; eventjson is short for it",
        takes: &[Kind::Any],
        variadic: true,
        gives: Gives::Text,
        run: event_json,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "flattened",
        signature: "flattened(name, value, …)",
        meaning: "a map of all that JSON objects hold, under dotted paths that begin with the name of each, objects and arrays as JSON text",
        takes: &[Kind::Any],
        variadic: true,
        gives: Gives::By(|_, _| Ok(map_of(DataType::Utf8View, DataType::Utf8View))),
        run: flattened,
        ..Scalar::PLAIN
    },
];

/// The columns that [`event_json`] takes, in order.
pub(super) fn columns() -> Vec<String> {
    COLUMNS.iter().map(|column| column.name()).chain([EXTRA.to_owned()]).collect()
}

fn event_json(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = (0..call.arguments.len()).map(|at| call.array(at)).collect::<Result<Vec<_>>>()?;
    let named = columns().into_iter().zip(&arrays).map(|(name, array)| Field::new(name, array.data_type().clone(), true));
    let schema = Schema::new(named.collect::<Vec<_>>());
    let width = schema.fields().len();
    let batch = RecordBatch::try_new(Arc::new(schema), arrays.into_iter().take(width).collect())?;
    let texts = crate::rows::to_json(&batch).map_err(|error| exec_datafusion_err!("event_json: {error}"))?;
    Ok(Arc::new(StringViewArray::from_iter_values(texts)))
}

/// How deep objects are gone into; what lies deeper stays in the text of its object.
const DEPTH_MAX: usize = 8;

fn flattened(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = (0..call.arguments.len()).map(|at| as_text(&call.array(at)?)).collect::<Result<Vec<_>>>()?;
    let mut maps = MapBuilder::new(None, StringViewBuilder::new(), StringViewBuilder::new())
        .with_keys_field(Field::new("key", DataType::Utf8View, false))
        .with_values_field(Field::new("value", DataType::Utf8View, true));
    let mut found = Vec::new();
    for row in 0..call.rows {
        for pair in texts.chunks(2) {
            if let [name, value] = pair
                && name.is_valid(row)
                && value.is_valid(row)
            {
                gather(name.value(row).to_owned(), value.value(row), 0, &mut found);
            }
        }
        for (path, value) in found.drain(..) {
            maps.keys().append_value(path);
            maps.values().append_value(value);
        }
        maps.append(true)?;
    }
    let maps: ArrayRef = Arc::new(maps.finish());
    Ok(cast(&maps, call.gives)?)
}

/// Values as text: what is no text is written as JSON.
fn as_text(values: &ArrayRef) -> Result<StringViewArray> {
    let texts = if values.data_type().is_string() { cast(values, &DataType::Utf8View)? } else { encode_rows(values)? };
    Ok(texts.as_string_view().clone())
}

/// A value under its path, and what it holds under longer ones.
fn gather(path: String, value: &str, depth: usize, found: &mut Vec<(String, String)>) {
    let inside = if depth < DEPTH_MAX { members(value) } else { None };
    // What does not stand in a JSON text is no JSON: eventtype is a plain word.
    let text = if depth == 0 { Some(value.into()) } else { any_text(value) };
    found.extend(text.map(|text| (path.clone(), text.into_owned())));
    for (key, value) in inside.into_iter().flatten() {
        let path = format!("{path}.{key}");
        if !found.iter().any(|(before, _)| *before == path) {
            gather(path, value, depth + 1, found);
        }
    }
}
