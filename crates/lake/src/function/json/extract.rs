//! `json_extract` and its kin: a part of a JSON text.

use std::borrow::Cow;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::path::JsonPath;
use super::scan::{elements, find, members, whole};
use super::value::{any_text, compact, scalar_text};
use super::{Paths, of_json};
use crate::function::call::{Bad, Call};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Text, Kind::Text],
        fails: true,
        run: json_extract,
        ..of_json("json_extract", "json_extract(json, path)", "the part of a JSON text at a path, as JSON text; null when absent")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text],
        fails: true,
        run: json_extract_scalar,
        ..of_json(
            "json_extract_scalar",
            "json_extract_scalar(json, path)",
            "the string, number or boolean at a path, as text; null when absent, null, an object or an array",
        )
    },
    Scalar {
        fails: true,
        run: json_parse,
        ..of_json("json_parse", "json_parse(text)", "checks that a text is JSON and writes it compactly with its keys sorted")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text],
        run: json_member,
        ..of_json("json_member", "json_member(json, name)", "the member of a JSON object whose name is this in whatever case, as text")
    },
    Scalar { run: json_format, ..of_json("json_format", "json_format(json)", "a JSON value as compact text") },
    Scalar {
        run: json_text,
        ..of_json("json_text", "json_text(json)", "what CAST(json AS VARCHAR) gives: strings without their quotes, null for null")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Integer],
        run: json_array_get,
        ..of_json("json_array_get", "json_array_get(json, index)", "the element of a JSON array, counted from 0 or, negative, from its end")
    },
    Scalar {
        gives: Gives::Texts,
        run: json_object_keys,
        ..of_json("json_object_keys", "json_object_keys(json)", "the keys of a JSON object in their order")
    },
];

fn json_extract(call: &Call<'_>) -> Result<ArrayRef> {
    let (json, mut paths) = (call.texts(0)?, Paths::of(call, 1, JsonPath::plain)?);
    call.give_texts(|row| {
        let Some(path) = paths.at(row)? else { return Ok(None) };
        Ok(json.at(row).and_then(|json| find(json, path)).map(compact))
    })
}

fn json_extract_scalar(call: &Call<'_>) -> Result<ArrayRef> {
    let (json, mut paths) = (call.texts(0)?, Paths::of(call, 1, JsonPath::plain)?);
    call.give_texts(|row| {
        let Some(path) = paths.at(row)? else { return Ok(None) };
        Ok(json.at(row).and_then(|json| find(json, path)).and_then(scalar_text))
    })
}

fn json_parse(call: &Call<'_>) -> Result<ArrayRef> {
    let json = call.texts(0)?;
    call.give_texts(|row| {
        let Some(text) = json.at(row) else { return Ok(None) };
        let mut value: serde_json::Value = serde_json::from_str(text).map_err(|error| Bad(format!("not JSON: {error}")))?;
        value.sort_all_objects();
        Ok(Some(value.to_string()))
    })
}

fn json_member(call: &Call<'_>) -> Result<ArrayRef> {
    let (objects, names) = (call.texts(0)?, call.texts(1)?);
    call.give_texts(|row| {
        let (Some(object), Some(name)) = (objects.at(row), names.at(row)) else { return Ok(None) };
        let members = members(object).unwrap_or_default();
        let exact = members.iter().find(|(key, _)| key == name);
        let found = exact.or_else(|| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)));
        Ok(found.and_then(|(_, value)| any_text(value)))
    })
}

fn json_format(call: &Call<'_>) -> Result<ArrayRef> {
    let json = call.texts(0)?;
    call.give_texts(|row| Ok(json.at(row).map(|text| whole(text).map_or(Cow::Borrowed(text), compact))))
}

fn json_text(call: &Call<'_>) -> Result<ArrayRef> {
    let json = call.texts(0)?;
    // A text that is not JSON is already the text that is asked for.
    call.give_texts(|row| Ok(json.at(row).and_then(|text| whole(text).map_or(Some(Cow::Borrowed(text)), any_text))))
}

fn json_array_get(call: &Call<'_>) -> Result<ArrayRef> {
    let (json, indexes) = (call.texts(0)?, call.integers(1)?);
    call.give_texts(|row| {
        let (Some(text), Some(index)) = (json.at(row), indexes.at(row)) else { return Ok(None) };
        let Some(items) = elements(text) else { return Ok(None) };
        let at = if index < 0 { (items.len() as i64).checked_add(index) } else { Some(index) };
        let item = at.and_then(|at| usize::try_from(at).ok()).and_then(|at| items.get(at).copied());
        // Strings come without their quotes: that is what the field's engines do.
        Ok(item.and_then(|item| if item.starts_with('"') { scalar_text(item) } else { Some(compact(item)) }))
    })
}

fn json_object_keys(call: &Call<'_>) -> Result<ArrayRef> {
    let json = call.texts(0)?;
    call.give_text_lists(|row| {
        let members = json.at(row).and_then(super::scan::members);
        Ok(members.map(|members| members.into_iter().map(|(key, _)| Some(key)).collect()))
    })
}
