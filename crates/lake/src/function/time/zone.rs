//! Time zones: what the clock on the wall shows at an instant, and when it shows a time.

use datafusion::arrow::array::timezone::Tz;
use datafusion::arrow::datatypes::TimestampMillisecondType;
use datafusion::arrow::temporal_conversions::as_datetime_with_timezone;

use super::iso::read_offset;
use crate::function::call::Bad;
use crate::function::kind::UTC;

/// A zone by its name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Zone {
    /// UTC, and times that name no zone.
    Utc,
    /// A fixed distance from UTC, in milliseconds.
    Fixed(i64),
    /// A place with rules of its own.
    Place(Tz),
}

impl Zone {
    /// Reads `UTC`, `+02:00`, `Europe/Berlin`.
    pub(super) fn read(name: &str) -> Result<Zone, Bad> {
        match read_offset(name) {
            Some(0) => Ok(Zone::Utc),
            Some(offset) => Ok(Zone::Fixed(offset)),
            None => match name.parse::<Tz>() {
                Ok(place) => Ok(Zone::Place(place)),
                Err(_) => Bad::because(format!("'{name}' is not a time zone: write Europe/Berlin or +02:00")),
            },
        }
    }

    /// The name as the engine's types spell it.
    pub(super) fn engine_name(name: &str) -> Result<String, Bad> {
        Ok(match Zone::read(name)? {
            Zone::Utc => UTC.to_owned(),
            Zone::Fixed(offset) => super::iso::write_offset(offset, true),
            Zone::Place(_) => name.to_owned(),
        })
    }

    /// Milliseconds that the clock on the wall is ahead of UTC at an instant.
    pub(super) fn offset(self, instant: i64) -> i64 {
        match self {
            Zone::Utc => 0,
            Zone::Fixed(offset) => offset,
            Zone::Place(place) => as_datetime_with_timezone::<TimestampMillisecondType>(instant, place)
                .map_or(0, |shown| shown.naive_local().and_utc().timestamp_millis().saturating_sub(instant)),
        }
    }

    /// The instant at which the clock on the wall shows a time; within a gap or an overlap of the clock, one of the neighbours.
    pub(super) fn instant(self, local: i64) -> i64 {
        let guess = local.saturating_sub(self.offset(local));
        local.saturating_sub(self.offset(guess))
    }
}
