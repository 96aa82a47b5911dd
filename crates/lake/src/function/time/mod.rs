//! Functions over times and days; a text that holds a time, such as `eventtime`, stands for that time.

mod arithmetic;
mod civil;
mod clock;
mod convert;
mod field;
mod interval;
mod iso;
mod joda;
mod mysql;
mod pattern;
mod read;
mod unit;
mod write;
mod zone;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{DataType, Date32Type, TimeUnit, TimestampMillisecondType};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::ColumnarValue;

use super::call::{Bad, Call, Numbers, Outcome, Texts};
use super::kind::UTC;
use super::scalar::Scalar;
use civil::{DAY, MILLIS_MAX, MILLIS_MIN};
use zone::Zone;

/// The functions of this family.
pub(super) const FUNCTIONS: &[&[Scalar]] =
    &[convert::FUNCTIONS, field::FUNCTIONS, arithmetic::FUNCTIONS, pattern::FUNCTIONS, interval::FUNCTIONS];

pub(super) use clock::{Clock, clock};
pub(super) use interval::written;

enum Values<'a> {
    Times(Numbers<'a, TimestampMillisecondType>),
    Days(Numbers<'a, Date32Type>),
    Texts(Texts<'a>),
}

/// The times of an argument, and the zone in which they are shown.
struct Moments<'a> {
    values: Values<'a>,
    zone: Zone,
    zone_name: Option<String>,
}

impl<'a> Moments<'a> {
    fn of(call: &Call<'a>, at: usize) -> Result<Moments<'a>> {
        let argument = call.argument(at)?;
        let (values, zone_name) = match (argument, argument.data_type()) {
            (ColumnarValue::Scalar(ScalarValue::TimestampMillisecond(time, zone)), _) => {
                (Values::Times(Numbers::Same(*time)), zone.clone())
            }
            (ColumnarValue::Array(times), DataType::Timestamp(TimeUnit::Millisecond, zone)) => {
                (Values::Times(Numbers::Each(times.as_primitive())), zone)
            }
            (ColumnarValue::Scalar(ScalarValue::Date32(day)), _) => (Values::Days(Numbers::Same(*day)), None),
            (ColumnarValue::Array(days), DataType::Date32) => (Values::Days(Numbers::Each(days.as_primitive())), None),
            (_, text) if text.is_string() => (Values::Texts(call.texts(at)?), Some(UTC.into())),
            (_, other) => return internal_err!("{} got {other} for a time", call.name),
        };
        let zone = match zone_name.as_deref().map_or(Ok(Zone::Utc), Zone::read) {
            Ok(zone) => zone,
            Err(Bad(reason)) => return datafusion::common::exec_err!("{}: {reason}", call.name),
        };
        Ok(Moments { values, zone, zone_name: zone_name.map(|name| name.to_string()) })
    }

    fn are_days(&self) -> bool {
        matches!(self.values, Values::Days(_))
    }

    /// Milliseconds since 1970-01-01 UTC.
    #[inline]
    fn instant(&self, row: usize) -> Outcome<i64> {
        let instant = match &self.values {
            Values::Times(times) => times.at(row),
            Values::Days(days) => days.at(row).map(|days| i64::from(days) * DAY),
            Values::Texts(texts) => texts.at(row).map(said_instant).transpose()?,
        };
        // Within this range no reckoning with times overflows.
        instant.map(in_range).transpose()
    }

    /// Milliseconds since 1970-01-01 on the clock on the wall of the zone.
    #[inline]
    fn local(&self, row: usize) -> Outcome<i64> {
        Ok(self.instant(row)?.map(|instant| instant.saturating_add(self.zone.offset(instant))))
    }
}

fn said_instant(text: &str) -> std::result::Result<i64, Bad> {
    match iso::read_time(text) {
        Some(said) => Ok(said.instant()),
        None => Bad::because(format!("'{}' is not a time of ISO 8601, such as 2023-07-19T21:35:03Z", shown(text))),
    }
}

/// A piece of the log in a message: short, and with nothing that moves a cursor.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}

/// An instant that every reader of the answer can show.
fn in_range(instant: i64) -> std::result::Result<i64, Bad> {
    if (MILLIS_MIN..=MILLIS_MAX).contains(&instant) { Ok(instant) } else { Bad::because("the time is outside the years 1 to 9999") }
}

/// The type of an answer that is a time of the same kind as an argument.
fn same_kind(given: Option<&DataType>) -> DataType {
    match given {
        Some(DataType::Date32) => DataType::Date32,
        Some(DataType::Timestamp(_, zone)) => DataType::Timestamp(TimeUnit::Millisecond, zone.clone()),
        _ => DataType::Timestamp(TimeUnit::Millisecond, Some(UTC.into())),
    }
}
