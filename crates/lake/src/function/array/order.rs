//! Arrays in order: `array_sort`, `array_max`, `array_min`, `slice`.

use datafusion::arrow::array::{Array, ArrayRef, UInt64Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};

use super::{gather, item_type, places, rows};
use crate::function::call::{Bad, Call};
use crate::function::kind::{Gives, Kind, Resolve};
use crate::function::scalar::Scalar;

const SAME: Resolve = |given, _| match given.first() {
    Some(list) => Ok(list.clone()),
    None => internal_err!("a function of arrays without an array"),
};

const ITEM: Resolve = |given, _| match given.first().and_then(item_type) {
    Some(item) => Ok(item.clone()),
    None => Ok(DataType::Null),
};

const fn of_list(name: &'static str, signature: &'static str, meaning: &'static str, gives: Resolve) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::List], gives: Gives::By(gives), ..Scalar::PLAIN }
}

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        run: array_sort,
        ..of_list(
            "array_sort",
            "array_sort(array[, (x, y) -> -1 | 0 | 1])",
            "an array in ascending order, nulls last, or as a comparison orders it",
            SAME,
        )
    },
    Scalar {
        run: |call| extreme(call, true),
        ..of_list("array_max", "array_max(array)", "the greatest element; null when there is a null among them", ITEM)
    },
    Scalar {
        run: |call| extreme(call, false),
        ..of_list("array_min", "array_min(array)", "the least element; null when there is a null among them", ITEM)
    },
    Scalar {
        takes: &[Kind::List, Kind::Integer, Kind::Integer],
        fails: true,
        run: slice,
        ..of_list("slice", "slice(array, start, length)", "a run of elements from a place counted from 1 or, negative, from the end", SAME)
    },
    Scalar {
        takes: &[Kind::List],
        gives: Gives::By(|given, _| match given.first().and_then(item_type) {
            Some(inner @ DataType::List(_)) => Ok(inner.clone()),
            _ => Ok(given.first().cloned().unwrap_or(DataType::Null)),
        }),
        run: flatten,
        ..of_list("flatten", "flatten(array)", "the elements of an array of arrays in one array", SAME)
    },
];

fn array_sort(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let all = rows(&[lists.values()])?;
    let [items] = all.as_slice() else { return internal_err!("array_sort without an array") };
    let sorted = |row: usize| {
        lists.is_valid(row).then(|| {
            let mut places: Vec<usize> = places(&lists, row).collect();
            places.sort_by_key(|place| (lists.values().is_null(*place), items.row(*place)));
            places
        })
    };
    gather(&lists, (0..call.rows).map(sorted).collect())
}

fn extreme(call: &Call<'_>, greatest: bool) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let all = rows(&[lists.values()])?;
    let [items] = all.as_slice() else { return internal_err!("an extreme without an array") };
    let chosen: UInt64Array = (0..call.rows)
        .map(|row| {
            let mut places = places(&lists, row);
            if places.clone().any(|place| lists.values().is_null(place)) {
                return None;
            }
            let first = places.next()?;
            let better = |best: usize, place: usize| {
                let ahead = if greatest { items.row(place) > items.row(best) } else { items.row(place) < items.row(best) };
                if ahead { place } else { best }
            };
            Some(places.fold(first, better) as u64)
        })
        .collect();
    Ok(take(lists.values(), &chosen, None)?)
}

fn slice(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, starts, lengths) = (call.lists(0)?, call.integers(1)?, call.integers(2)?);
    let mut chosen = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (true, Some(start), Some(length)) = (lists.is_valid(row), starts.at(row), lengths.at(row)) else {
            chosen.push(None);
            continue;
        };
        let run = if start == 0 || length < 0 {
            Bad::because("a slice starts at 1 or, from the end, at -1, and has no negative length")
        } else {
            let places = places(&lists, row);
            let skip = if start > 0 { start - 1 } else { (places.len() as i64).saturating_add(start) };
            let run =
                usize::try_from(skip).ok().map(|skip| places.skip(skip).take(usize::try_from(length).unwrap_or(usize::MAX)).collect());
            Ok(Some(run.unwrap_or_default()))
        };
        chosen.push(call.settle(run)?);
    }
    gather(&lists, chosen)
}

fn flatten(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let Some(inner) = datafusion::arrow::array::AsArray::as_list_opt::<i32>(lists.values()) else {
        return Ok(std::sync::Arc::new(lists));
    };
    let joined = |row: usize| lists.is_valid(row).then(|| places(&lists, row).flat_map(|place| places(inner, place)).collect());
    gather(inner, (0..call.rows).map(joined).collect())
}
