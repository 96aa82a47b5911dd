//! `json_cast`: what `CAST(json AS ARRAY(…))`, `MAP(…)` and `ROW(…)` mean where the JSON is text.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, ListArray, MapArray, StringViewArray, StructArray,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, ScalarValue, plan_err};

use super::of_json;
use super::scan::{elements, members, whole};
use super::value::{any_text, compact, scalar_text};
use crate::function::call::Call;
use crate::function::kind::{Gives, Kind, constant_text, map_of};
use crate::function::scalar::Scalar;
use crate::function::typename::SqlType;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Any, Kind::Constant],
        gives: Gives::By(target),
        run: json_cast,
        ..of_json(
            "json_cast",
            "json_cast(json, 'array(varchar)')",
            "a JSON text as an array, map, row or plain value of the named type; null where a value does not fit",
        )
    },
    Scalar {
        gives: Gives::Texts,
        run: |call| parts(call, &SqlType::Array(Box::new(SqlType::Json))),
        ..of_json("json_to_array", "json_to_array(json)", "the elements of a JSON array, each as JSON; null for anything else")
    },
    Scalar {
        gives: Gives::Texts,
        run: |call| parts(call, &SqlType::Array(Box::new(SqlType::Text))),
        ..of_json("json_to_text_array", "json_to_text_array(json)", "the elements of a JSON array, scalars as plain text")
    },
    Scalar {
        gives: Gives::By(map_of_texts),
        run: |call| parts(call, &SqlType::Map(Box::new(SqlType::Text), Box::new(SqlType::Json))),
        ..of_json("json_to_map", "json_to_map(json)", "the members of a JSON object, each value as JSON; null for anything else")
    },
    Scalar {
        gives: Gives::By(map_of_texts),
        run: |call| parts(call, &SqlType::Map(Box::new(SqlType::Text), Box::new(SqlType::Text))),
        ..of_json("json_to_text_map", "json_to_text_map(json)", "the members of a JSON object, scalars as plain text")
    },
];

fn map_of_texts(_: &[DataType], _: &[Option<&ScalarValue>]) -> Result<DataType> {
    Ok(map_of(DataType::Utf8View, DataType::Utf8View))
}

/// The parts of each document, as a type that needs no naming.
fn parts(call: &Call<'_>, sql: &SqlType) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let parts: Vec<Option<&str>> = (0..call.rows).map(|row| texts.at(row).and_then(whole)).collect();
    column(&parts, sql)
}

fn row_fields(fields: &[(String, SqlType)]) -> Fields {
    fields.iter().map(|(name, sql)| Field::new(name, sql.engine(), true)).collect()
}

fn named_type(constants: &[Option<&ScalarValue>]) -> Result<SqlType> {
    let Some(name) = constant_text(constants, 1) else {
        return plan_err!("json_cast needs the name of a type, written out in the query");
    };
    match SqlType::parse(name) {
        Some(sql) => Ok(sql),
        None => plan_err!("'{name}' is not a type that json_cast knows: write array(varchar), map(varchar, json), row(a bigint) and such"),
    }
}

fn target(_: &[DataType], constants: &[Option<&ScalarValue>]) -> Result<DataType> {
    named_type(constants).map(|sql| sql.engine())
}

fn json_cast(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.array(0)?;
    let named = call.array(1)?;
    let name = ScalarValue::try_from_array(&named, 0)?;
    let sql = named_type(&[None, Some(&name)])?;
    let from_text = values.data_type().is_string() || values.data_type().is_null();
    if !from_text && sql == SqlType::Json {
        return super::encode::encode_rows(&values);
    }
    if !from_text {
        return Ok(cast(&values, call.gives)?);
    }
    let texts = cast(&values, &DataType::Utf8View)?;
    let parts: Vec<Option<&str>> = texts.as_string_view().iter().map(|text| text.and_then(whole)).collect();
    column(&parts, &sql)
}

/// One column of the type from the JSON values of its rows.
fn column(parts: &[Option<&str>], sql: &SqlType) -> Result<ArrayRef> {
    let plain = || parts.iter().map(|part| part.and_then(scalar_text));
    Ok(match sql {
        SqlType::Json => Arc::new(parts.iter().map(|part| part.map(compact)).collect::<StringViewArray>()),
        SqlType::Text => Arc::new(parts.iter().map(|part| part.and_then(any_text)).collect::<StringViewArray>()),
        SqlType::Integer => Arc::new(plain().map(|text| text.and_then(|text| integer(&text))).collect::<Int64Array>()),
        SqlType::Double => Arc::new(plain().map(|text| text.and_then(|text| text.parse().ok())).collect::<Float64Array>()),
        SqlType::Boolean => Arc::new(plain().map(|text| text.and_then(|text| truth(&text))).collect::<BooleanArray>()),
        SqlType::Date | SqlType::Timestamp => {
            let texts: StringViewArray = plain().collect();
            cast(&texts, &sql.engine())?
        }
        SqlType::Array(item) => array(parts, item)?,
        SqlType::Map(key, value) => map(parts, key, value)?,
        SqlType::Row(fields) => row(parts, fields)?,
    })
}

fn integer(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.is_finite() && number.abs() < 9.2e18).then(|| number.round() as i64)
    })
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn array(parts: &[Option<&str>], item: &SqlType) -> Result<ArrayRef> {
    let lists: Vec<Option<Vec<&str>>> = parts.iter().map(|part| part.and_then(elements)).collect();
    let items: Vec<Option<&str>> = lists.iter().flatten().flatten().map(|item| Some(*item)).collect();
    let offsets = OffsetBuffer::from_lengths(lists.iter().map(|list| list.as_ref().map_or(0, Vec::len)));
    let known = NullBuffer::from_iter(lists.iter().map(Option::is_some));
    let field = Arc::new(Field::new_list_field(item.engine(), true));
    Ok(Arc::new(ListArray::try_new(field, offsets, column(&items, item)?, Some(known))?))
}

fn map(parts: &[Option<&str>], key: &SqlType, value: &SqlType) -> Result<ArrayRef> {
    let objects: Vec<Option<Vec<(String, &str)>>> = parts
        .iter()
        .map(|part| {
            let mut kept: Vec<(String, &str)> = Vec::new();
            // A key that stands twice keeps its first value, as it does for a path.
            for (key, value) in part.and_then(members)? {
                if !kept.iter().any(|(before, _)| *before == key) {
                    kept.push((key.into_owned(), value));
                }
            }
            Some(kept)
        })
        .collect();
    let keys: Vec<&str> = objects.iter().flatten().flatten().map(|(key, _)| key.as_str()).collect();
    let keys: ArrayRef = Arc::new(StringViewArray::from_iter_values(keys));
    let values: Vec<Option<&str>> = objects.iter().flatten().flatten().map(|(_, value)| Some(*value)).collect();
    let DataType::Map(entries, _) = map_of(key.engine(), value.engine()) else {
        return plan_err!("a map type is a map");
    };
    let DataType::Struct(pair) = entries.data_type() else { return plan_err!("the entries of a map are pairs") };
    let pairs = StructArray::try_new(pair.clone(), vec![cast(&keys, &key.engine())?, column(&values, value)?], None)?;
    let offsets = OffsetBuffer::from_lengths(objects.iter().map(|object| object.as_ref().map_or(0, Vec::len)));
    let known = NullBuffer::from_iter(objects.iter().map(Option::is_some));
    Ok(Arc::new(MapArray::try_new(Arc::clone(&entries), offsets, pairs, Some(known), false)?))
}

/// A row from an object by the names of its fields, whatever their case, or from an array by position.
fn row(parts: &[Option<&str>], fields: &[(String, SqlType)]) -> Result<ArrayRef> {
    let objects: Vec<_> = parts.iter().map(|part| part.and_then(members)).collect();
    let lists: Vec<_> = parts.iter().map(|part| part.and_then(elements)).collect();
    let mut columns = Vec::with_capacity(fields.len());
    for (at, (name, sql)) in fields.iter().enumerate() {
        let values: Vec<Option<&str>> = objects
            .iter()
            .zip(&lists)
            .map(|(object, list)| {
                let member = object.as_ref().and_then(|object| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)));
                member.map(|(_, value)| *value).or_else(|| list.as_ref()?.get(at).copied())
            })
            .collect();
        columns.push(column(&values, sql)?);
    }
    let known = NullBuffer::from_iter(objects.iter().zip(&lists).map(|(object, list)| object.is_some() || list.is_some()));
    if fields.is_empty() {
        return plan_err!("a row needs fields");
    }
    Ok(Arc::new(StructArray::try_new(row_fields(fields), columns, Some(known))?))
}
