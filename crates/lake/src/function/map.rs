//! Maps put together: of other maps, of pairs, of the elements of an array.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, MapArray, StructArray, UInt64Array};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;

use super::call::Call;
use super::kind::{Gives, Kind, list_of, map_of};
use super::scalar::Scalar;

const fn of_maps(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Any], ..Scalar::PLAIN }
}

/// The functions of this family.
pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        variadic: true,
        meet: Some(meet_maps),
        gives: Gives::By(|given, _| Ok(given.first().cloned().unwrap_or(DataType::Null))),
        run: map_concat,
        ..of_maps("map_concat", "map_concat(map, …)", "the entries of several maps; of a key that stands in several, the last")
    },
    Scalar {
        takes: &[],
        gives: Gives::By(|_, _| Ok(map_of(DataType::Utf8View, DataType::Null))),
        run: empty,
        ..of_maps("empty_map", "empty_map()", "a map of nothing; map() is short for it")
    },
    Scalar {
        takes: &[Kind::List],
        gives: Gives::By(|given, _| pair(given).map(|(key, value)| map_of(key, value))),
        run: map_from_entries,
        ..of_maps("map_from_entries", "map_from_entries(array of rows)", "a map of rows of a key and a value each")
    },
    Scalar {
        takes: &[Kind::List],
        gives: Gives::By(|given, _| pair(given).map(|(key, value)| map_of(key, value))),
        run: |call| {
            let (keys, values, groups) = entries(call)?;
            let firsts = |groups: Vec<Vec<usize>>| groups.iter().filter_map(|group| group.first().copied()).collect();
            maps(call.gives, &keys, &values, &groups.into_iter().map(|groups| groups.map(firsts)).collect::<Vec<_>>())
        },
        ..of_maps(
            "map_union_entries",
            "map_union_entries(array of rows)",
            "a map of rows of a key and a value, of equal keys the first; map_union(map) over a group is short for it",
        )
    },
    Scalar {
        takes: &[Kind::List],
        gives: Gives::By(|given, _| pair(given).map(|(key, value)| map_of(key, list_of(value)))),
        run: multimap_from_entries,
        ..of_maps(
            "multimap_from_entries",
            "multimap_from_entries(array of rows)",
            "a map of rows of a key and a value to arrays of the values",
        )
    },
    Scalar {
        takes: &[Kind::List],
        gives: Gives::By(|given, _| match given.first() {
            Some(DataType::List(item)) => Ok(map_of(item.data_type().clone(), DataType::Int64)),
            _ => plan_err!("array_frequency takes an array"),
        }),
        run: array_frequency,
        ..of_maps("array_frequency", "array_frequency(array)", "a map from each element of an array to how often it occurs")
    },
    Scalar {
        takes: &[Kind::Any, Kind::Integer],
        gives: Gives::By(|given, _| match given.first() {
            Some(map @ DataType::Map(..)) => Ok(map.clone()),
            _ => plan_err!("map_top_n takes a map and a number"),
        }),
        run: map_top_n,
        ..of_maps("map_top_n", "map_top_n(map, n)", "the entries of a map with the n greatest values")
    },
];

/// The types of the keys and values of a map.
fn entry(map: &DataType) -> Option<(DataType, DataType)> {
    let DataType::Map(entries, _) = map else { return None };
    let DataType::Struct(pair) = entries.data_type() else { return None };
    let [key, value] = pair.as_ref() else { return None };
    Some((key.data_type().clone(), value.data_type().clone()))
}

/// Brings maps to one type.
fn meet_maps(types: &mut [DataType]) -> bool {
    let mut entries = types.iter().filter(|given| !given.is_null()).map(entry);
    let one = |left: &DataType, right: &DataType| if left == right { Some(left.clone()) } else { comparison_coercion(left, right) };
    let common = entries.try_fold(None, |common: Option<(DataType, DataType)>, next| {
        let next = next?;
        Some(Some(match common {
            None => next,
            Some((key, value)) => (one(&key, &next.0)?, one(&value, &next.1)?),
        }))
    });
    let Some(Some((key, value))) = common else { return false };
    types.iter_mut().for_each(|given| *given = map_of(key.clone(), value.clone()));
    true
}

/// The types of the two fields of the rows of a list.
fn pair(given: &[DataType]) -> Result<(DataType, DataType)> {
    if let Some(DataType::List(item)) = given.first()
        && let DataType::Struct(fields) = item.data_type()
        && let [key, value] = fields.as_ref()
    {
        return Ok((key.data_type().clone(), value.data_type().clone()));
    }
    plan_err!("an array of rows of a key and a value is wanted")
}

fn rows(values: &ArrayRef) -> Result<Rows> {
    Ok(RowConverter::new(vec![SortField::new(values.data_type().clone())])?.convert_columns(&[Arc::clone(values)])?)
}

/// A map for each row, made of the keys and values at places; none is a null map.
fn maps(gives: &DataType, keys: &ArrayRef, values: &ArrayRef, chosen: &[Option<Vec<usize>>]) -> Result<ArrayRef> {
    let places: UInt64Array = chosen.iter().flatten().flatten().map(|place| Some(*place as u64)).collect();
    assembled(gives, take(keys, &places, None)?, take(values, &places, None)?, chosen.iter().map(|places| places.as_ref().map(Vec::len)))
}

fn assembled(gives: &DataType, keys: ArrayRef, values: ArrayRef, lengths: impl Iterator<Item = Option<usize>>) -> Result<ArrayRef> {
    let DataType::Map(field, sorted) = gives else { return internal_err!("the answer is a map") };
    let DataType::Struct(pair) = field.data_type() else { return internal_err!("a map has entries") };
    let lengths: Vec<Option<usize>> = lengths.collect();
    let entries = StructArray::try_new(pair.clone(), vec![keys, values], None)?;
    let offsets = OffsetBuffer::from_lengths(lengths.iter().map(|length| length.unwrap_or(0)));
    let known = NullBuffer::from_iter(lengths.iter().map(Option::is_some));
    Ok(Arc::new(MapArray::try_new(Arc::clone(field), offsets, entries, Some(known), *sorted)?))
}

fn map_arrays(call: &Call<'_>, count: usize) -> Result<Vec<MapArray>> {
    (0..count)
        .map(|at| match call.array(at)?.as_map_opt() {
            Some(maps) => Ok(maps.clone()),
            None => internal_err!("{} got no map", call.name),
        })
        .collect()
}

fn span(maps: &MapArray, row: usize) -> std::ops::Range<usize> {
    let bound = |at: usize| maps.value_offsets().get(at).map_or(0, |offset| *offset as usize);
    if maps.is_null(row) { 0..0 } else { bound(row)..bound(row + 1) }
}

fn map_concat(call: &Call<'_>) -> Result<ArrayRef> {
    let all = map_arrays(call, call.arguments.len())?;
    let keys = concat(&all.iter().map(|maps| maps.keys().as_ref()).collect::<Vec<_>>())?;
    let values = concat(&all.iter().map(|maps| maps.values().as_ref()).collect::<Vec<_>>())?;
    let told_apart = rows(&keys)?;
    let starts: Vec<usize> = all.iter().scan(0, |start, maps| Some(std::mem::replace(start, *start + maps.keys().len()))).collect();
    let joined = |row: usize| {
        if all.iter().any(|maps| maps.is_null(row)) {
            return None;
        }
        let mut chosen: Vec<usize> = Vec::new();
        let mut seen = HashMap::new();
        for (maps, start) in all.iter().zip(&starts) {
            for place in span(maps, row).map(|place| place + start) {
                match seen.get(&told_apart.row(place)) {
                    Some(&at) => chosen[at] = place,
                    None => {
                        seen.insert(told_apart.row(place), chosen.len());
                        chosen.push(place);
                    }
                }
            }
        }
        Some(chosen)
    };
    maps(call.gives, &keys, &values, &(0..call.rows).map(joined).collect::<Vec<_>>())
}

fn empty(call: &Call<'_>) -> Result<ArrayRef> {
    let (keys, values) = (DataType::Utf8View, DataType::Null);
    let nothing = datafusion::arrow::array::new_empty_array;
    assembled(call.gives, nothing(&keys), nothing(&values), std::iter::repeat_n(Some(0), call.rows))
}

/// The places of the keys of each row, grouped by key in the order in which they come.
fn grouped(lists: &ListArray, keys: &ArrayRef, row: usize, told_apart: &Rows) -> Result<Option<Vec<Vec<usize>>>> {
    if lists.is_null(row) {
        return Ok(None);
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut seen = HashMap::new();
    let bound = |at: usize| lists.value_offsets().get(at).map_or(0, |offset| *offset as usize);
    for place in bound(row)..bound(row + 1) {
        if keys.is_null(place) {
            return exec_err!("the key of a map cannot be null");
        }
        let group = *seen.entry(told_apart.row(place)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(place);
    }
    Ok(Some(groups))
}

type Groups = Vec<Option<Vec<Vec<usize>>>>;

/// The keys and values of the rows in a list, and their places grouped by key.
fn entries(call: &Call<'_>) -> Result<(ArrayRef, ArrayRef, Groups)> {
    let lists = call.lists(0)?;
    let Some(pairs) = lists.values().as_struct_opt() else { return internal_err!("{} got no rows", call.name) };
    let [keys, values] = pairs.columns() else { return internal_err!("{} got rows of another width", call.name) };
    let told_apart = rows(keys)?;
    let groups = (0..call.rows).map(|row| grouped(&lists, keys, row, &told_apart)).collect::<Result<Groups>>()?;
    Ok((Arc::clone(keys), Arc::clone(values), groups))
}

fn map_from_entries(call: &Call<'_>) -> Result<ArrayRef> {
    let (keys, values, groups) = entries(call)?;
    if groups.iter().flatten().flatten().any(|group| group.len() > 1) {
        return exec_err!("map_from_entries: a key stands twice; multimap_from_entries takes such rows");
    }
    let chosen: Vec<Option<Vec<usize>>> = groups.into_iter().map(|groups| groups.map(|groups| groups.concat())).collect();
    maps(call.gives, &keys, &values, &chosen)
}

fn multimap_from_entries(call: &Call<'_>) -> Result<ArrayRef> {
    let (keys, values, groups) = entries(call)?;
    let all = || groups.iter().flatten().flatten();
    let firsts: UInt64Array = all().filter_map(|group| group.first()).map(|place| Some(*place as u64)).collect();
    let places: UInt64Array = all().flatten().map(|place| Some(*place as u64)).collect();
    let items = take(&values, &places, None)?;
    let item = Arc::new(Field::new_list_field(items.data_type().clone(), true));
    let lists: ArrayRef = Arc::new(ListArray::try_new(item, OffsetBuffer::from_lengths(all().map(Vec::len)), items, None)?);
    assembled(call.gives, take(&keys, &firsts, None)?, lists, groups.iter().map(|groups| groups.as_ref().map(Vec::len)))
}

fn array_frequency(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let told_apart = rows(lists.values())?;
    let mut places: Vec<Option<u64>> = Vec::new();
    let (mut counts, mut lengths) = (Vec::new(), Vec::new());
    for row in 0..call.rows {
        let mut seen: Vec<(usize, i64)> = Vec::new();
        let mut known = HashMap::new();
        let bound = |at: usize| lists.value_offsets().get(at).map_or(0, |offset| *offset as usize);
        let span = if lists.is_null(row) { 0..0 } else { bound(row)..bound(row + 1) };
        for place in span.filter(|place| lists.values().is_valid(*place)) {
            let at = *known.entry(told_apart.row(place)).or_insert_with(|| {
                seen.push((place, 0));
                seen.len() - 1
            });
            seen[at].1 += 1;
        }
        lengths.push(lists.is_valid(row).then_some(seen.len()));
        places.extend(seen.iter().map(|(place, _)| Some(*place as u64)));
        counts.extend(seen.iter().map(|(_, count)| *count));
    }
    let keys = take(lists.values(), &UInt64Array::from(places), None)?;
    assembled(call.gives, keys, Arc::new(Int64Array::from(counts)), lengths.into_iter())
}

fn map_top_n(call: &Call<'_>) -> Result<ArrayRef> {
    let all = map_arrays(call, 1)?;
    let [given] = all.as_slice() else { return internal_err!("map_top_n without a map") };
    let counts = call.integers(1)?;
    let (sizes, names) = (rows(given.values())?, rows(given.keys())?);
    let best = |row: usize| {
        let count = usize::try_from(counts.at(row)?).unwrap_or(0);
        given.is_valid(row).then(|| {
            let mut places: Vec<usize> = span(given, row).collect();
            places.sort_by(|one, other| sizes.row(*other).cmp(&sizes.row(*one)).then(names.row(*other).cmp(&names.row(*one))));
            places.truncate(count);
            places
        })
    };
    maps(call.gives, given.keys(), given.values(), &(0..call.rows).map(best).collect::<Vec<_>>())
}
