//! What an array, a map or a JSON text holds: `element_at`, `cardinality`.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, MapArray, UInt64Array};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, plan_err};

use super::{item_type, places, rows};
use crate::function::call::{Bad, Call};
use crate::function::json::path::{JsonPath, Step};
use crate::function::json::scan::{elements, find, members, whole};
use crate::function::json::value::any_text;
use crate::function::kind::{Gives, Kind, sql_name};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        name: "element_at",
        signature: "element_at(array | map | json, index | key)",
        meaning: "the element of an array counted from 1 or, negative, from its end; the value of a key in a map or a JSON text",
        takes: &[Kind::Any, Kind::Any],
        meet: Some(meet),
        gives: Gives::By(|given, _| element_type(given)),
        fails: true,
        run: element_at,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "cardinality",
        signature: "cardinality(array | map | json)",
        meaning: "how many elements or keys there are",
        takes: &[Kind::Any],
        meet: Some(meet),
        gives: Gives::Integer,
        run: cardinality,
        ..Scalar::PLAIN
    },
];

/// The types of a map's keys and values.
fn pair(map: &DataType) -> Option<(&DataType, &DataType)> {
    let DataType::Map(entries, _) = map else { return None };
    let DataType::Struct(fields) = entries.data_type() else { return None };
    let [key, value] = fields.as_ref() else { return None };
    Some((key.data_type(), value.data_type()))
}

fn meet(types: &mut [DataType]) -> bool {
    let Some((container, key)) = types.split_first_mut() else { return false };
    let key = key.first_mut();
    if container.is_string() || *container == DataType::Null {
        *container = DataType::Utf8View;
        // A key of a JSON object, or the place in a JSON array.
        return key.is_none_or(|key| {
            *key = if key.is_integer() { DataType::Int64 } else { DataType::Utf8View };
            true
        });
    }
    if let Some(list) = Kind::List.coerce(container) {
        *container = list;
        return key.is_none_or(|key| {
            let fits = key.is_integer() || key.is_null();
            *key = DataType::Int64;
            fits
        });
    }
    let Some((key_type, _)) = pair(container) else { return false };
    if let Some(key) = key {
        *key = key_type.clone();
    }
    true
}

fn element_type(given: &[DataType]) -> Result<DataType> {
    match given.first() {
        Some(text) if text.is_string() || text.is_null() => Ok(DataType::Utf8View),
        Some(container) => match item_type(container).or_else(|| pair(container).map(|(_, value)| value)) {
            Some(inner) => Ok(inner.clone()),
            None => plan_err!("element_at takes an array, a map or JSON text, not {}", sql_name(container)),
        },
        None => plan_err!("element_at takes two arguments"),
    }
}

fn element_at(call: &Call<'_>) -> Result<ArrayRef> {
    match call.argument(0)?.data_type() {
        DataType::Utf8View => element_of_json(call),
        DataType::Map(..) => element_of_map(call),
        _ => element_of_list(call),
    }
}

fn element_of_list(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, indexes) = (call.lists(0)?, call.integers(1)?);
    let mut chosen = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let places = places(&lists, row);
        let place = match indexes.at(row) {
            Some(0) => call.settle(Bad::because("elements are counted from 1"))?,
            Some(index) if index > 0 => usize::try_from(index - 1).ok().and_then(|skip| places.start.checked_add(skip)),
            Some(index) => usize::try_from(index.unsigned_abs()).ok().and_then(|back| places.end.checked_sub(back)),
            None => None,
        };
        chosen.push(place.filter(|place| places.contains(place)).map(|place| place as u64));
    }
    Ok(take(lists.values(), &UInt64Array::from(chosen), None)?)
}

fn element_of_map(call: &Call<'_>) -> Result<ArrayRef> {
    let (maps, wanted) = (call.array(0)?, call.array(1)?);
    let maps: &MapArray = maps.as_map();
    let keys = rows(&[maps.keys(), &wanted])?;
    let [keys, wanted_keys] = keys.as_slice() else { return plan_err!("a map has keys") };
    let bound = |at: usize| maps.value_offsets().get(at).map_or(0, |offset| *offset as usize);
    let chosen: UInt64Array = (0..call.rows)
        .map(|row| {
            let known = maps.is_valid(row) && wanted.is_valid(row);
            let mut places = if known { bound(row)..bound(row + 1) } else { 0..0 };
            places.find(|place| keys.row(*place) == wanted_keys.row(row)).map(|place| place as u64)
        })
        .collect();
    Ok(take(maps.values(), &chosen, None)?)
}

fn element_of_json(call: &Call<'_>) -> Result<ArrayRef> {
    let json = call.texts(0)?;
    let keys = call.array(1)?;
    if let Some(indexes) = keys.as_primitive_opt::<Int64Type>() {
        return call.give_texts(|row| {
            let (Some(text), true) = (json.at(row), indexes.is_valid(row)) else { return Ok(None) };
            let Some(items) = elements(text) else { return Ok(None) };
            let index = indexes.value(row);
            let at = if index > 0 { Some(index - 1) } else { (items.len() as i64).checked_add(index).filter(|_| index < 0) };
            Ok(at.and_then(|at| usize::try_from(at).ok()).and_then(|at| items.get(at).copied()).and_then(any_text))
        });
    }
    let keys = cast(&keys, &DataType::Utf8View)?;
    let keys = keys.as_string_view();
    let mut path = JsonPath::default();
    call.give_texts(|row| {
        let (Some(text), true) = (json.at(row), keys.is_valid(row)) else { return Ok(None) };
        let key = keys.value(row);
        if path.steps.first().is_none_or(|step| step.name != key) {
            path.steps = vec![Step { name: key.to_owned(), index: None, every: false }];
        }
        Ok(find(text, &path).and_then(any_text))
    })
}

fn cardinality(call: &Call<'_>) -> Result<ArrayRef> {
    let array = call.array(0)?;
    if let Some(lists) = array.as_list_opt::<i32>() {
        return call.give_integers(|row| Ok(lists.is_valid(row).then(|| i64::from(lists.value_length(row)))));
    }
    if let Some(maps) = array.as_map_opt() {
        return call.give_integers(|row| Ok(maps.is_valid(row).then(|| i64::from(maps.value_length(row)))));
    }
    let json = call.texts(0)?;
    call.give_integers(|row| {
        let Some(value) = json.at(row).and_then(whole) else { return Ok(None) };
        let size = elements(value).map(|items| items.len()).or_else(|| members(value).map(|all| all.len()));
        Ok(size.map(|size| size as i64))
    })
}
