//! Units of time by their names in SQL.

use super::civil::DAY;
use crate::function::call::Bad;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// So many milliseconds, whatever the calendar says.
    Fixed(i64),
    /// So many days on the wall.
    Days(i64),
    /// So many months on the wall.
    Months(i64),
}

impl Unit {
    /// Reads `day`, `Days`, `HOUR`.
    pub(super) fn read(name: &str) -> Result<Unit, Bad> {
        let lower = name.trim().to_ascii_lowercase();
        Ok(match lower.strip_suffix('s').unwrap_or(&lower) {
            "millisecond" => Unit::Fixed(1),
            "second" => Unit::Fixed(1000),
            "minute" => Unit::Fixed(60_000),
            "hour" => Unit::Fixed(3_600_000),
            "day" => Unit::Days(1),
            "week" => Unit::Days(7),
            "month" => Unit::Months(1),
            "quarter" => Unit::Months(3),
            "year" => Unit::Months(12),
            _ => {
                return Bad::because(format!(
                    "'{}' is no unit of time: write millisecond, second, minute, hour, day, week, month, quarter or year",
                    super::shown(name)
                ));
            }
        })
    }

    /// Whether a mere day can be counted in it.
    pub(super) fn suits_days(self) -> Result<(), Bad> {
        match self {
            Unit::Fixed(length) if length < DAY => Bad::because("a date has no such unit: write day, week, month, quarter or year"),
            _ => Ok(()),
        }
    }
}
