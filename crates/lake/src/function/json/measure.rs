//! Questions about a JSON text: how long, whether it holds, whether it is plain.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::path::JsonPath;
use super::scan::{elements, find, members, whole};
use super::value::scalar_text;
use super::{Paths, of_json};
use crate::function::call::{Bad, Call};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        gives: Gives::Integer,
        run: json_array_length,
        ..of_json("json_array_length", "json_array_length(json)", "how many elements a JSON array has; null when it is no array")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Any],
        gives: Gives::Boolean,
        run: json_array_contains,
        ..of_json("json_array_contains", "json_array_contains(json, value)", "whether a JSON array holds a text, number or boolean")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text],
        gives: Gives::Integer,
        fails: true,
        run: json_size,
        ..of_json("json_size", "json_size(json, path)", "how many members or elements stand at a path; 0 for a plain value")
    },
    Scalar {
        gives: Gives::Boolean,
        fails: true,
        run: is_json_scalar,
        ..of_json("is_json_scalar", "is_json_scalar(json)", "whether a JSON text is a string, number, boolean or null")
    },
];

fn json_array_length(call: &Call<'_>) -> Result<ArrayRef> {
    let json = call.texts(0)?;
    call.give_integers(|row| Ok(json.at(row).and_then(elements).map(|items| items.len() as i64)))
}

/// Whether a JSON value is the value asked for: strings compare as text, numbers by size, and never one with the other.
fn is_value(item: &str, wanted: &str, wanted_type: &DataType) -> bool {
    let is_text = item.starts_with('"');
    match wanted_type {
        text if text.is_string() => is_text && scalar_text(item).is_some_and(|said| said == wanted),
        DataType::Boolean => item == wanted,
        _ if is_text => false,
        _ => item == wanted || item.parse::<f64>().is_ok_and(|number| wanted.parse::<f64>() == Ok(number)),
    }
}

fn json_array_contains(call: &Call<'_>) -> Result<ArrayRef> {
    let json = call.texts(0)?;
    let values = call.array(1)?;
    let wanted_type = values.data_type().clone();
    let written = cast(&values, &DataType::Utf8)?;
    let written = datafusion::arrow::array::AsArray::as_string::<i32>(&written);
    call.give_booleans(|row| {
        let Some(text) = json.at(row).filter(|_| written.is_valid(row)) else { return Ok(None) };
        Ok(elements(text).map(|items| items.iter().any(|item| is_value(item, written.value(row), &wanted_type))))
    })
}

fn json_size(call: &Call<'_>) -> Result<ArrayRef> {
    let (json, mut paths) = (call.texts(0)?, Paths::of(call, 1, JsonPath::plain)?);
    call.give_integers(|row| {
        let Some(path) = paths.at(row)? else { return Ok(None) };
        Ok(json.at(row).and_then(|json| find(json, path)).map(|found| size(found) as i64))
    })
}

/// How many members or elements a value has.
pub(in crate::function) fn size(value: &str) -> usize {
    match value.as_bytes().first() {
        Some(b'{') => members(value).map_or(0, |members| members.len()),
        Some(b'[') => elements(value).map_or(0, |elements| elements.len()),
        _ => 0,
    }
}

fn is_json_scalar(call: &Call<'_>) -> Result<ArrayRef> {
    let json = call.texts(0)?;
    call.give_booleans(|row| match json.at(row) {
        None => Ok(None),
        Some(text) => match whole(text) {
            Some(value) => Ok(Some(!value.starts_with(['{', '[']))),
            None => Bad::because("not JSON"),
        },
    })
}
