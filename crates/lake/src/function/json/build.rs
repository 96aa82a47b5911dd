//! `json_object` and `json_array`: JSON put together of values that are JSON already; the translation of a statement sees to that.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::of_json;
use crate::function::call::Call;
use crate::function::kind::Kind;
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Any, Kind::Any],
        optional: 2,
        variadic: true,
        run: |call| object(call, true),
        ..of_json("json_object", "json_object(key: value, …)", "a JSON object of keys and values")
    },
    Scalar {
        takes: &[Kind::Any, Kind::Any],
        optional: 2,
        variadic: true,
        run: |call| object(call, false),
        ..of_json("json_object_absent", "json_object_absent(key, value, …)", "what json_object(… ABSENT ON NULL) means")
    },
    Scalar {
        takes: &[Kind::Any],
        optional: 1,
        variadic: true,
        run: |call| array(call, false),
        ..of_json("json_array", "json_array(value, …)", "a JSON array of values, nulls left out")
    },
    Scalar {
        takes: &[Kind::Any],
        optional: 1,
        variadic: true,
        run: |call| array(call, true),
        ..of_json("json_array_null", "json_array_null(value, …)", "what json_array(… NULL ON NULL) means")
    },
];

/// The arguments as text, one array each.
fn encoded(call: &Call<'_>) -> Result<Vec<ArrayRef>> {
    (0..call.arguments.len()).map(|at| Ok(cast(&call.array(at)?, &DataType::Utf8View)?)).collect()
}

fn text_at(texts: &ArrayRef, row: usize) -> Option<&str> {
    let texts = texts.as_string_view();
    texts.is_valid(row).then(|| texts.value(row))
}

fn object(call: &Call<'_>, nulls: bool) -> Result<ArrayRef> {
    if !call.arguments.len().is_multiple_of(2) {
        return exec_err!("json_object: a key lacks its value; it is written json_object(key: value, …)");
    }
    let values = encoded(call)?;
    let mut objects = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let mut members = Vec::with_capacity(values.len() / 2);
        for pair in values.chunks(2) {
            let [key, value] = pair else { continue };
            let Some(key) = text_at(key, row) else { return exec_err!("json_object: a key is null") };
            let value = text_at(value, row);
            if nulls || value.is_some() {
                members.push(format!("{}:{}", serde_json::Value::from(key), value.unwrap_or("null")));
            }
        }
        objects.push(format!("{{{}}}", members.join(",")));
    }
    Ok(Arc::new(StringViewArray::from_iter_values(objects)))
}

fn array(call: &Call<'_>, nulls: bool) -> Result<ArrayRef> {
    let values = encoded(call)?;
    let one = |row: usize| {
        let items = values.iter().map(|value| text_at(value, row)).filter(|value| nulls || value.is_some());
        format!("[{}]", items.map(|value| value.unwrap_or("null")).collect::<Vec<_>>().join(","))
    };
    Ok(Arc::new(StringViewArray::from_iter_values((0..call.rows).map(one))))
}
