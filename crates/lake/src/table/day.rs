//! A partition of the table.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::{Span, Unit};
use watchfire_model::EventTime;

use crate::rows::DAY_MILLIS;

/// A day in UTC, in days since 1970-01-01; written as 2026-03-02. [`NO_DAY`](crate::NO_DAY) holds what has no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of an instant, which lies within the years that a day can have.
    pub fn of(time: EventTime) -> Day {
        Day(i32::try_from(time.millis().div_euclid(DAY_MILLIS)).unwrap_or(if time.millis() < 0 { i32::MIN } else { i32::MAX }))
    }
}

const EPOCH: Date = date(1970, 1, 1);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Span::new().try_days(self.0).ok().and_then(|span| EPOCH.checked_add(span).ok()) {
            Some(date) => write!(f, "{date}"),
            None => write!(f, "{EPOCH}"),
        }
    }
}

/// The text was no day.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a day such as 2026-03-02: {0:?}")]
pub struct DayError(String);

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let no_day = || DayError(text.chars().take(64).collect());
        let date: Date = text.parse().map_err(|_| no_day())?;
        let days = EPOCH.until((Unit::Day, date)).map_err(|_| no_day())?.get_days();
        Ok(Day(days))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn days_come_back(days in -719_528..2_932_896i32) {
            prop_assert_eq!(Day(days).to_string().parse(), Ok(Day(days)));
        }
    }

    #[test]
    fn names() {
        assert_eq!(Day(0).to_string(), "1970-01-01");
        assert_eq!("2026-03-02".parse(), Ok(Day(20_514)));
        assert!("2026-03".parse::<Day>().is_err());
        let day_of = |time: &str| crate::rows::day_of(time.parse().expect("a time"));
        assert_eq!(day_of("2026-03-02T23:59:59Z"), Some(20_514));
        assert_eq!(day_of("0000-01-01T00:00:00Z"), Some(-719_528));
    }
}
