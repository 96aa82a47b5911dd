//! From texts and numbers to times, and back.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};

use super::civil::DAY;
use super::iso::{read_day, read_time, write_day, write_time};
use super::zone::Zone;
use super::{Moments, in_range, shown};
use crate::function::call::{Bad, Call};
use crate::function::kind::{Gives, Kind, UTC, constant_text};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        name: "from_iso8601_timestamp",
        aliases: &["from_iso8601_timestamp_nanos"],
        signature: "from_iso8601_timestamp(text)",
        meaning: "the time that a text of ISO 8601 says, such as eventtime",
        takes: &[Kind::Moment],
        gives: Gives::Instant,
        fails: true,
        run: from_iso8601_timestamp,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "from_iso8601_date",
        signature: "from_iso8601_date(text)",
        meaning: "the day that a text of ISO 8601 says",
        takes: &[Kind::Text],
        gives: Gives::Date,
        fails: true,
        run: from_iso8601_date,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "to_iso8601",
        signature: "to_iso8601(time)",
        meaning: "a time or day as text of ISO 8601",
        takes: &[Kind::Moment],
        fails: true,
        run: to_iso8601,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "date",
        signature: "date(time)",
        meaning: "the day of a time, or of a text that holds one",
        takes: &[Kind::Moment],
        gives: Gives::Date,
        fails: true,
        run: date,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "from_unixtime",
        signature: "from_unixtime(seconds[, zone])",
        meaning: "the time so many seconds behind 1970-01-01 UTC",
        takes: &[Kind::Number, Kind::Constant],
        optional: 1,
        gives: Gives::By(zoned),
        fails: true,
        run: from_unixtime,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "from_unixtime_nanos",
        signature: "from_unixtime_nanos(nanoseconds)",
        meaning: "the time so many nanoseconds behind 1970-01-01 UTC, to the millisecond",
        takes: &[Kind::Integer],
        gives: Gives::Instant,
        fails: true,
        run: |call| {
            let nanos = call.integers(0)?;
            call.give_times(|row| nanos.at(row).map(|nanos| in_range(nanos.div_euclid(1_000_000))).transpose())
        },
        ..Scalar::PLAIN
    },
    Scalar {
        name: "to_unixtime",
        signature: "to_unixtime(time)",
        meaning: "seconds since 1970-01-01 UTC, with their fraction",
        takes: &[Kind::Moment],
        gives: Gives::Double,
        fails: true,
        run: to_unixtime,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "at_timezone",
        signature: "at_timezone(time, zone)",
        meaning: "the same instant, shown by the clock of a zone",
        takes: &[Kind::Moment, Kind::Constant],
        gives: Gives::By(zoned),
        fails: true,
        run: at_timezone,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "with_timezone",
        signature: "with_timezone(time, zone)",
        meaning: "the instant at which the clock of a zone shows a time",
        takes: &[Kind::Moment, Kind::Constant],
        gives: Gives::By(zoned),
        fails: true,
        run: with_timezone,
        ..Scalar::PLAIN
    },
];

/// A timestamp in the zone that the second argument names.
fn zoned(given: &[DataType], constants: &[Option<&ScalarValue>]) -> Result<DataType> {
    let name = match constant_text(constants, 1) {
        Some(name) => name,
        None if given.len() < 2 => UTC,
        None => return plan_err!("the time zone must be written out in the query, such as 'Europe/Berlin'"),
    };
    match Zone::engine_name(name) {
        Ok(name) => Ok(DataType::Timestamp(TimeUnit::Millisecond, Some(name.into()))),
        Err(Bad(reason)) => plan_err!("{reason}"),
    }
}

fn from_iso8601_timestamp(call: &Call<'_>) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    call.give_times(|row| times.instant(row))
}

fn from_iso8601_date(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_dates(|row| match texts.at(row) {
        None => Ok(None),
        // A whole time is taken for its day: people hand over eventtime.
        Some(text) => match read_day(text).or_else(|| Some(read_time(text)?.local.div_euclid(DAY))) {
            Some(days) => Ok(Some(days as i32)),
            None => Bad::because(format!("'{}' is not a day of ISO 8601, such as 2023-07-19", shown(text))),
        },
    })
}

fn to_iso8601(call: &Call<'_>) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    call.give_texts(|row| {
        let Some(instant) = times.instant(row)? else { return Ok(None) };
        let offset = times.zone.offset(instant);
        let local = in_range(instant.saturating_add(offset))?;
        if times.are_days() {
            return Ok(Some(write_day(local.div_euclid(DAY))));
        }
        Ok(Some(write_time(local, times.zone_name.as_ref().map(|_| offset))))
    })
}

fn date(call: &Call<'_>) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    call.give_dates(|row| Ok(times.local(row)?.map(|local| local.div_euclid(DAY).clamp(i32::MIN.into(), i32::MAX.into()) as i32)))
}

fn from_unixtime(call: &Call<'_>) -> Result<ArrayRef> {
    let seconds = call.doubles(0)?;
    call.give_times(|row| {
        let Some(seconds) = seconds.at(row) else { return Ok(None) };
        if !seconds.is_finite() {
            return Bad::because("not a number of seconds");
        }
        in_range((seconds * 1000.0).round() as i64).map(Some)
    })
}

fn to_unixtime(call: &Call<'_>) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    call.give_doubles(|row| Ok(times.instant(row)?.map(|instant| instant as f64 / 1000.0)))
}

fn at_timezone(call: &Call<'_>) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    call.give_times(|row| times.instant(row))
}

fn with_timezone(call: &Call<'_>) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    let DataType::Timestamp(_, Some(name)) = call.gives else { return plan_err!("with_timezone needs a zone") };
    let zone = match Zone::read(name) {
        Ok(zone) => zone,
        Err(Bad(reason)) => return plan_err!("{reason}"),
    };
    call.give_times(|row| Ok(times.local(row)?.map(|local| zone.instant(local))))
}
