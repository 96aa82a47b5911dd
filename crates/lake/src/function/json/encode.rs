//! Arrays, maps and rows written as JSON text: what `CAST(value AS JSON)` gives.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

use super::of_json;
use crate::function::call::Call;
use crate::function::kind::Kind;
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[Scalar {
    takes: &[Kind::Any],
    run: to_json,
    ..of_json("to_json", "to_json(value)", "an array, map, row or plain value as JSON text; a text becomes a JSON string")
}];

fn to_json(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.array(0)?;
    encode_rows(&values)
}

/// The JSON of each row. Null stays null; within an array it is JSON's null.
pub(in crate::function) fn encode_rows(values: &ArrayRef) -> Result<ArrayRef> {
    let (written, nulls) = (encode(values)?, values.logical_nulls());
    let known = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    let answers = written.iter().enumerate().map(|(row, text)| known(row).then_some(text));
    Ok(Arc::new(answers.collect::<StringViewArray>()))
}

/// The JSON of each value; nulls are `null`.
fn encode(values: &ArrayRef) -> Result<Vec<String>> {
    let mut written = match values.data_type() {
        DataType::Struct(fields) => {
            let columns = values.as_struct().columns().iter().map(encode).collect::<Result<Vec<_>>>()?;
            let row = |at: usize| {
                let member = |(field, column): (&Arc<datafusion::arrow::datatypes::Field>, &Vec<String>)| {
                    format!("{}:{}", quoted(field.name()), column.get(at).map_or("null", String::as_str))
                };
                format!("{{{}}}", fields.iter().zip(&columns).map(member).collect::<Vec<_>>().join(","))
            };
            (0..values.len()).map(row).collect()
        }
        DataType::List(_) => {
            let lists = values.as_list::<i32>();
            let items = encode(lists.values())?;
            spans(lists.value_offsets()).map(|span| format!("[{}]", items.get(span).unwrap_or_default().join(","))).collect()
        }
        DataType::Map(..) => {
            let maps = values.as_map();
            let keys = cast(maps.keys(), &DataType::Utf8View)?;
            let keys: Vec<String> = keys.as_string_view().iter().map(|key| quoted(key.unwrap_or_default())).collect();
            let items: Vec<String> = keys.iter().zip(encode(maps.values())?).map(|(key, value)| format!("{key}:{value}")).collect();
            spans(maps.value_offsets()).map(|span| format!("{{{}}}", items.get(span).unwrap_or_default().join(","))).collect()
        }
        plain => encode_plain(values, plain)?,
    };
    let nulls = values.logical_nulls();
    for (row, text) in written.iter_mut().enumerate() {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            *text = "null".to_owned();
        }
    }
    Ok(written)
}

fn spans(offsets: &[i32]) -> impl Iterator<Item = std::ops::Range<usize>> {
    offsets.windows(2).map(|bounds| match bounds {
        [from, to] => *from as usize..*to as usize,
        _ => 0..0,
    })
}

fn encode_plain(values: &ArrayRef, data_type: &DataType) -> Result<Vec<String>> {
    if let Some(lengths) = crate::function::time::written(values) {
        return Ok(lengths?.into_iter().map(|length| quoted(&length.unwrap_or_default())).collect());
    }
    if !data_type.is_numeric() && !data_type.is_string() && *data_type != DataType::Boolean {
        let shown = ArrayFormatter::try_new(values, &FormatOptions::default())?;
        return (0..values.len()).map(|row| Ok(quoted(&shown.value(row).try_to_string()?))).collect();
    }
    let texts = cast(values, &DataType::Utf8View)?;
    let bare = data_type.is_numeric() || *data_type == DataType::Boolean;
    // Numbers that JSON cannot write stand as strings.
    let write = |text: &str| if bare && !text.ends_with(['N', 'f']) { text.to_owned() } else { quoted(text) };
    Ok(texts.as_string_view().iter().map(|text| text.map_or_else(String::new, write)).collect())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
