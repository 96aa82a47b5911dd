//! New arrays and joined texts: `sequence`, `concat`.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, ListArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{cast, concat as join_arrays};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Field, Int64Type, IntervalMonthDayNanoType, IntervalUnit, TimeUnit, TimestampMillisecondType,
};
use datafusion::common::{Result, internal_err};

use super::{item_type, meet_lists, places};
use crate::function::call::{Bad, Call, Outcome};
use crate::function::kind::{Gives, Kind, list_of};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        name: "sequence",
        signature: "sequence(start, stop[, step])",
        meaning: "an array of whole numbers, days or times from start to stop",
        takes: &[Kind::Any, Kind::Any, Kind::Any],
        optional: 1,
        meet: Some(meet_range),
        gives: Gives::By(|given, _| Ok(list_of(given.first().cloned().unwrap_or(DataType::Int64)))),
        fails: true,
        run: sequence,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "concat",
        signature: "concat(text | array, …)",
        meaning: "texts or arrays joined; null when one of them is null",
        takes: &[Kind::Any],
        variadic: true,
        meet: Some(meet_joined),
        gives: Gives::By(|given, _| Ok(given.first().cloned().unwrap_or(DataType::Utf8View))),
        run: concat,
        ..Scalar::PLAIN
    },
];

/// How many elements a sequence may have, as in Athena.
const SEQUENCE_MAX: i128 = 10_000;

fn meet_range(types: &mut [DataType]) -> bool {
    if types.iter().take(2).all(|given| matches!(given, DataType::Timestamp(..))) {
        let stepped = matches!(types.get(2), Some(DataType::Interval(_)));
        let bound = DataType::Timestamp(
            TimeUnit::Millisecond,
            if let Some(DataType::Timestamp(_, zone)) = types.first() { zone.clone() } else { None },
        );
        types.iter_mut().take(2).for_each(|given| *given = bound.clone());
        types.iter_mut().skip(2).for_each(|given| *given = DataType::Interval(IntervalUnit::MonthDayNano));
        return stepped;
    }
    let days = types.iter().take(2).any(|given| matches!(given, DataType::Date32 | DataType::Date64));
    let fits =
        |given: &DataType| given.is_null() || if days { matches!(given, DataType::Date32 | DataType::Date64) } else { given.is_integer() };
    if !types.iter().take(2).all(fits)
        || types.get(2).is_some_and(|step| !(step.is_integer() || days && matches!(step, DataType::Interval(_))))
    {
        return false;
    }
    let bound = if days { DataType::Date32 } else { DataType::Int64 };
    types.iter_mut().take(2).for_each(|given| *given = bound.clone());
    if let Some(step) = types.get_mut(2) {
        *step = if step.is_integer() { DataType::Int64 } else { DataType::Interval(IntervalUnit::MonthDayNano) };
    }
    true
}

/// The numbers from a start to a stop; days count as numbers.
fn range(start: i64, stop: i64, step: Option<i64>) -> Outcome<Vec<i64>> {
    let step = step.unwrap_or(if start <= stop { 1 } else { -1 });
    if step == 0 || (step > 0) != (start <= stop) && start != stop {
        return Bad::because("the step leads away from the stop");
    }
    let count = (i128::from(stop) - i128::from(start)) / i128::from(step) + 1;
    if count > SEQUENCE_MAX {
        return Bad::because(format!("a sequence has at most {SEQUENCE_MAX} elements"));
    }
    Ok(Some((0..count).map(|at| (i128::from(start) + at * i128::from(step)) as i64).collect()))
}

fn sequence(call: &Call<'_>) -> Result<ArrayRef> {
    let is_time = matches!(call.gives, DataType::List(item) if matches!(item.data_type(), DataType::Timestamp(..)));
    let (starts, stops) = (cast_bound(&call.array(0)?)?, cast_bound(&call.array(1)?)?);
    let (starts, stops) = (starts.as_primitive::<Int64Type>(), stops.as_primitive::<Int64Type>());
    let steps = if call.has(2) { Some(call.array(2)?) } else { None };
    let (mut numbers, mut lengths, mut known) = (Vec::new(), Vec::with_capacity(call.rows), Vec::with_capacity(call.rows));
    for row in 0..call.rows {
        let absent = starts.is_null(row) || stops.is_null(row) || steps.as_ref().is_some_and(|steps| steps.is_null(row));
        let one = || {
            if absent {
                Ok(None)
            } else {
                range(starts.value(row), stops.value(row), steps.as_ref().map(|steps| step(steps, row, is_time)).transpose()?)
            }
        };
        let list = call.settle(one())?;
        known.push(list.is_some());
        lengths.push(list.as_ref().map_or(0, Vec::len));
        numbers.extend(list.into_iter().flatten());
    }
    let DataType::List(field) = call.gives else { return internal_err!("a sequence is an array") };
    let values: ArrayRef = match field.data_type() {
        DataType::Date32 => Arc::new(numbers.iter().map(|days| i32::try_from(*days).ok()).collect::<Date32Array>()),
        DataType::Timestamp(..) => cast(&(Arc::new(Int64Array::from(numbers)) as ArrayRef), field.data_type())?,
        _ => Arc::new(Int64Array::from(numbers)),
    };
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), OffsetBuffer::from_lengths(lengths), values, Some(NullBuffer::from(known)))?))
}

fn cast_bound(bound: &ArrayRef) -> Result<ArrayRef> {
    if let Some(times) = bound.as_primitive_opt::<TimestampMillisecondType>() {
        return Ok(Arc::new(times.iter().collect::<Int64Array>()));
    }
    match bound.as_primitive_opt::<Date32Type>() {
        Some(days) => Ok(Arc::new(days.iter().map(|day| day.map(i64::from)).collect::<Int64Array>())),
        None => Ok(Arc::clone(bound)),
    }
}

/// A step in numbers; an interval in days, or in milliseconds between times.
fn step(steps: &ArrayRef, row: usize, is_time: bool) -> std::result::Result<i64, Bad> {
    if let Some(numbers) = steps.as_primitive_opt::<Int64Type>() {
        return Ok(numbers.value(row));
    }
    match steps.as_primitive_opt::<IntervalMonthDayNanoType>().map(|steps| steps.value(row)) {
        Some(interval) if interval.months == 0 && is_time => Ok(i64::from(interval.days) * 86_400_000 + interval.nanoseconds / 1_000_000),
        Some(interval) if interval.months == 0 && interval.nanoseconds == 0 => Ok(i64::from(interval.days)),
        _ if is_time => Bad::because("a sequence of times has a step without months"),
        _ => Bad::because("a sequence of days has a step of whole days"),
    }
}

fn meet_joined(types: &mut [DataType]) -> bool {
    if types.iter().any(|given| item_type(given).is_some()) {
        return meet_lists(types);
    }
    let fits = types.iter().all(|given| !given.is_nested());
    types.iter_mut().for_each(|given| *given = DataType::Utf8View);
    fits
}

fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    if item_type(call.gives).is_some() {
        return concat_lists(call);
    }
    let texts = (0..call.arguments.len()).map(|at| call.texts(at)).collect::<Result<Vec<_>>>()?;
    let mut joined = String::new();
    call.give_texts(|row| {
        joined.clear();
        for text in &texts {
            match text.at(row) {
                Some(text) => joined.push_str(text),
                None => return Ok(None),
            }
        }
        Ok(Some(joined.clone()))
    })
}

fn concat_lists(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = (0..call.arguments.len()).map(|at| call.lists(at)).collect::<Result<Vec<_>>>()?;
    let values: Vec<&dyn Array> = lists.iter().map(|list| list.values().as_ref()).collect();
    let values = join_arrays(&values)?;
    let befores = lists.iter().scan(0, |before, list| {
        let at = *before;
        *before += list.values().len();
        Some(at)
    });
    let befores: Vec<usize> = befores.collect();
    let length = i32::try_from(values.len()).map_err(|_| datafusion::common::exec_datafusion_err!("the arrays are too long to join"))?;
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    let all = ListArray::try_new(field, OffsetBuffer::new(vec![0, length].into()), values, None)?;
    let joined = |row: usize| {
        let known = lists.iter().all(|list| list.is_valid(row));
        known.then(|| lists.iter().zip(&befores).flat_map(|(list, before)| places(list, row).map(move |place| before + place)).collect())
    };
    super::gather(&all, (0..call.rows).map(joined).collect())
}
