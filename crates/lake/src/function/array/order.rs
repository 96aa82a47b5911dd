//! Arrays in order: `array_sort`, `array_max`, `array_min`, `slice`.

use datafusion::arrow::array::{Array, ArrayRef, UInt64Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};

use super::{gather, item_type, places, rows};
use crate::function::call::{Bad, Call};
use crate::function::kind::{Gives, Kind, Resolve, list_of};
use crate::function::scalar::Scalar;

const SAME: Resolve = |given, _| match given.first() {
    // The keys of a map are never null; of what is made of them no such thing is promised.
    Some(DataType::List(item)) => Ok(list_of(item.data_type().clone())),
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
        takes: &[Kind::Any],
        gives: Gives::By(|given, _| match given.first() {
            Some(list) if item_type(list).is_some() => SAME(given, &[]),
            _ => Ok(DataType::Utf8View),
        }),
        meet: Some(|types| {
            let Some(given) = types.first_mut() else { return false };
            let kind = if item_type(given).is_some() { Kind::List } else { Kind::Text };
            kind.coerce(given).map(|coerced| *given = coerced).is_some()
        }),
        run: reverse,
        ..of_list("reverse", "reverse(text | array)", "a text, or an array, from its end to its beginning", SAME)
    },
    Scalar {
        takes: &[Kind::List, Kind::Integer],
        fails: true,
        run: trim_array,
        ..of_list("trim_array", "trim_array(array, n)", "an array without its last n elements", SAME)
    },
    Scalar {
        takes: &[Kind::List],
        run: |call| at_end(call, |places| places.next_back()),
        ..of_list("array_last", "array_last(array)", "the last element of an array; null when it is empty", ITEM)
    },
    Scalar {
        takes: &[Kind::List, Kind::List],
        meet: Some(super::meet_lists),
        gives: Gives::Boolean,
        run: contains_sequence,
        ..of_list(
            "contains_sequence",
            "contains_sequence(array, array)",
            "whether an array holds another's elements, one behind the other",
            SAME,
        )
    },
    Scalar {
        takes: &[Kind::List, Kind::Integer],
        gives: Gives::By(|given, _| SAME(given, &[]).map(list_of)),
        fails: true,
        run: ngrams,
        ..of_list("ngrams", "ngrams(array, n)", "every run of n elements of an array", SAME)
    },
    Scalar {
        takes: &[Kind::List],
        gives: Gives::By(|given, _| match given.first().and_then(item_type) {
            Some(DataType::List(item)) => Ok(list_of(item.data_type().clone())),
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

fn reverse(call: &Call<'_>) -> Result<ArrayRef> {
    if item_type(call.gives).is_none() {
        let texts = call.texts(0)?;
        return call.give_texts(|row| Ok(texts.at(row).map(|text| text.chars().rev().collect::<String>())));
    }
    let lists = call.lists(0)?;
    gather(&lists, (0..call.rows).map(|row| lists.is_valid(row).then(|| places(&lists, row).rev().collect())).collect())
}

fn trim_array(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, counts) = (call.lists(0)?, call.integers(1)?);
    let mut chosen = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let places = places(&lists, row);
        let kept = match counts.at(row) {
            Some(count) if lists.is_valid(row) => match usize::try_from(count).ok().and_then(|count| places.len().checked_sub(count)) {
                Some(kept) => Ok(Some(places.take(kept).collect())),
                None => Bad::because("an array is trimmed by no more than its length"),
            },
            _ => Ok(None),
        };
        chosen.push(call.settle(kept)?);
    }
    gather(&lists, chosen)
}

fn at_end(call: &Call<'_>, end: fn(&mut std::ops::Range<usize>) -> Option<usize>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let chosen: UInt64Array = (0..call.rows).map(|row| end(&mut places(&lists, row)).map(|place| place as u64)).collect();
    Ok(take(lists.values(), &chosen, None)?)
}

fn contains_sequence(call: &Call<'_>) -> Result<ArrayRef> {
    let (whole, parts) = (call.lists(0)?, call.lists(1)?);
    let all = rows(&[whole.values(), parts.values()])?;
    let [whole_items, part_items] = all.as_slice() else { return internal_err!("contains_sequence without arrays") };
    call.give_booleans(|row| {
        if whole.is_null(row) || parts.is_null(row) {
            return Ok(None);
        }
        let wanted: Vec<_> = places(&parts, row).map(|place| part_items.row(place)).collect();
        let given: Vec<_> = places(&whole, row).map(|place| whole_items.row(place)).collect();
        Ok(Some(wanted.is_empty() || given.windows(wanted.len()).any(|run| run == wanted)))
    })
}

fn ngrams(call: &Call<'_>) -> Result<ArrayRef> {
    use datafusion::arrow::array::ListArray;
    use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
    let (lists, counts) = (call.lists(0)?, call.integers(1)?);
    let (mut runs, mut lengths) = (Vec::new(), Vec::with_capacity(call.rows));
    for row in 0..call.rows {
        let wanted = match counts.at(row) {
            Some(count) if count < 1 => call.settle(Bad::because("a run has at least one element"))?,
            count => count.filter(|_| lists.is_valid(row)),
        };
        let all: Vec<usize> = places(&lists, row).collect();
        let found: Vec<Vec<usize>> = match wanted.and_then(|count| usize::try_from(count).ok()) {
            Some(count) if count < all.len() => all.windows(count).map(<[usize]>::to_vec).collect(),
            Some(_) => vec![all],
            None => Vec::new(),
        };
        lengths.push(wanted.map(|_| found.len()));
        runs.extend(found.into_iter().map(Some));
    }
    let runs = gather(&lists, runs)?;
    let offsets = OffsetBuffer::from_lengths(lengths.iter().map(|length| length.unwrap_or(0)));
    let known = NullBuffer::from_iter(lengths.iter().map(Option::is_some));
    let DataType::List(field) = call.gives else { return internal_err!("runs are arrays") };
    Ok(std::sync::Arc::new(ListArray::try_new(std::sync::Arc::clone(field), offsets, runs, Some(known))?))
}

fn flatten(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let Some(inner) = datafusion::arrow::array::AsArray::as_list_opt::<i32>(lists.values()) else {
        return Ok(std::sync::Arc::new(lists));
    };
    let joined = |row: usize| lists.is_valid(row).then(|| places(&lists, row).flat_map(|place| places(inner, place)).collect());
    gather(inner, (0..call.rows).map(joined).collect())
}
