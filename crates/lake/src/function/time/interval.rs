//! Lengths of time: intervals and differences, taken times, counted and put into words.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, IntervalMonthDayNanoArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit, TimeUnit};
use datafusion::common::Result;

use crate::function::call::{Bad, Call, Outcome};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

/// Lengths of time as Trino writes them: `1 02:03:04.000`, and `1-2` for years and months; none where values are no lengths.
pub(in crate::function) fn written(values: &ArrayRef) -> Option<Result<Vec<Option<String>>>> {
    match values.data_type() {
        DataType::Duration(_) | DataType::Interval(_) => {}
        _ => return None,
    }
    let one = |interval: IntervalMonthDayNano| {
        let nanos = i128::from(interval.days) * i128::from(DAY_NANOS) + i128::from(interval.nanoseconds);
        let sign = if interval.months < 0 || nanos < 0 { "-" } else { "" };
        let millis = nanos.unsigned_abs() / 1_000_000;
        let (days, left) = (millis / 86_400_000, millis % 86_400_000);
        let clock = format!("{days} {:02}:{:02}:{:02}.{:03}", left / 3_600_000, left / 60_000 % 60, left / 1000 % 60, left % 1000);
        let months = interval.months.unsigned_abs();
        match (months, nanos) {
            (0, _) => format!("{sign}{clock}"),
            (months, 0) => format!("{sign}{}-{}", months / 12, months % 12),
            (months, _) => format!("{sign}{}-{} {clock}", months / 12, months % 12),
        }
    };
    Some(as_intervals(values).map(|all| (0..all.len()).map(|row| at(&all, row).map(one)).collect()))
}

const SECOND: f64 = 1e9;
const DAY_NANOS: i64 = 86_400_000_000_000;

const fn of_length(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Any], meet: Some(meet), fails: true, ..Scalar::PLAIN }
}

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Any, Kind::Number],
        gives: Gives::By(|_, _| Ok(DataType::Interval(IntervalUnit::MonthDayNano))),
        run: interval_times,
        ..of_length("interval_times", "interval_times(interval, number)", "an interval so many times; interval * number is short for it")
    },
    Scalar {
        gives: Gives::Integer,
        run: to_milliseconds,
        ..of_length("to_milliseconds", "to_milliseconds(interval)", "how many milliseconds an interval or a difference of times lasts")
    },
    Scalar {
        takes: &[Kind::Text],
        meet: None,
        gives: Gives::By(|_, _| Ok(DataType::Interval(IntervalUnit::MonthDayNano))),
        run: parse_duration,
        ..of_length("parse_duration", "parse_duration(text)", "the interval that a text such as 42.8ms or 1.5h says")
    },
    Scalar {
        takes: &[Kind::Number],
        meet: None,
        gives: Gives::Text,
        fails: false,
        run: human_readable_seconds,
        ..of_length("human_readable_seconds", "human_readable_seconds(seconds)", "a number of seconds in words: 1 hour, 1 minute, 1 second")
    },
];

/// Differences of times and intervals come as intervals.
fn meet(types: &mut [DataType]) -> bool {
    let Some(first) = types.first_mut() else { return false };
    let fits = matches!(first, DataType::Interval(_) | DataType::Duration(_) | DataType::Null);
    if matches!(first, DataType::Null) {
        *first = DataType::Interval(IntervalUnit::MonthDayNano);
    }
    fits
}

/// The intervals of an argument.
fn intervals(call: &Call<'_>, at: usize) -> Result<ArrayRef> {
    as_intervals(&call.array(at)?)
}

fn as_intervals(values: &ArrayRef) -> Result<ArrayRef> {
    if let DataType::Duration(_) = values.data_type() {
        let nanos = cast(&cast(values, &DataType::Duration(TimeUnit::Nanosecond))?, &DataType::Int64)?;
        let nanos = nanos.as_primitive::<datafusion::arrow::datatypes::Int64Type>();
        let interval = |nanoseconds| IntervalMonthDayNano { months: 0, days: 0, nanoseconds };
        return Ok(Arc::new(nanos.iter().map(|nanos| nanos.map(interval)).collect::<IntervalMonthDayNanoArray>()));
    }
    Ok(cast(values, &DataType::Interval(IntervalUnit::MonthDayNano))?)
}

fn at(intervals: &ArrayRef, row: usize) -> Option<IntervalMonthDayNano> {
    let intervals = intervals.as_primitive::<IntervalMonthDayNanoType>();
    intervals.is_valid(row).then(|| intervals.value(row))
}

fn interval_times(call: &Call<'_>) -> Result<ArrayRef> {
    let (all, factors) = (intervals(call, 0)?, cast(&call.array(1)?, &DataType::Float64)?);
    let factors = factors.as_primitive::<Float64Type>();
    let mut answers = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (Some(interval), true) = (at(&all, row), factors.is_valid(row)) else {
            answers.push(None);
            continue;
        };
        answers.push(call.settle(times(interval, factors.value(row)))?);
    }
    Ok(Arc::new(answers.into_iter().collect::<IntervalMonthDayNanoArray>()))
}

fn times(interval: IntervalMonthDayNano, factor: f64) -> Outcome<IntervalMonthDayNano> {
    let too_long = || Bad::because("the interval becomes too long");
    let whole = |number: f64, most: f64| (number.is_finite() && number.abs() < most).then_some(number);
    let Some(months) = whole((f64::from(interval.months) * factor).round(), f64::from(i32::MAX)) else { return too_long() };
    let days = f64::from(interval.days) * factor;
    let Some(full) = whole(days.trunc(), f64::from(i32::MAX)) else { return too_long() };
    // What is left of a day becomes hours.
    let left = (days - full) * DAY_NANOS as f64;
    let exact = if factor.fract() == 0.0 { interval.nanoseconds.checked_mul(factor as i64) } else { None };
    let nanos = match exact {
        Some(nanos) => nanos,
        None => match whole(interval.nanoseconds as f64 * factor, 9.2e18) {
            Some(nanos) => nanos as i64,
            None => return too_long(),
        },
    };
    Ok(Some(IntervalMonthDayNano { months: months as i32, days: full as i32, nanoseconds: nanos.saturating_add(left as i64) }))
}

fn to_milliseconds(call: &Call<'_>) -> Result<ArrayRef> {
    let all = intervals(call, 0)?;
    call.give_integers(|row| match at(&all, row) {
        None => Ok(None),
        Some(interval) if interval.months != 0 => Bad::because("months differ in length: an interval of days or less is wanted"),
        Some(interval) => Ok(Some(i64::from(interval.days) * (DAY_NANOS / 1_000_000) + interval.nanoseconds / 1_000_000)),
    })
}

fn parse_duration(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let mut answers = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        answers.push(call.settle(texts.at(row).map_or(Ok(None), duration))?);
    }
    Ok(Arc::new(answers.into_iter().collect::<IntervalMonthDayNanoArray>()))
}

fn duration(text: &str) -> Outcome<IntervalMonthDayNano> {
    let text = text.trim();
    let at = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let nanos = match unit.trim() {
        "ns" => 1.0,
        "us" => 1e3,
        "ms" => 1e6,
        "s" => SECOND,
        "m" => 60.0 * SECOND,
        "h" => 3600.0 * SECOND,
        "d" => DAY_NANOS as f64,
        _ => return Bad::because("a duration is a number and ns, us, ms, s, m, h or d"),
    };
    match number.parse::<f64>() {
        Ok(number) if number * nanos < 9.2e18 => {
            Ok(Some(IntervalMonthDayNano { months: 0, days: 0, nanoseconds: (number * nanos).round() as i64 }))
        }
        _ => Bad::because("a duration is a number and ns, us, ms, s, m, h or d"),
    }
}

fn human_readable_seconds(call: &Call<'_>) -> Result<ArrayRef> {
    let seconds = call.doubles(0)?;
    let words = |seconds: f64| {
        let mut rest = seconds.abs().round() as u64;
        let mut parts = Vec::new();
        for (name, length) in [("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)] {
            let count = rest / length;
            rest %= length;
            if count > 0 || (name == "second" && parts.is_empty()) {
                parts.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
            }
        }
        parts.join(", ")
    };
    call.give_texts(|row| Ok(seconds.at(row).map(words)))
}
