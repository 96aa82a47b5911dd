//! `rate(5 minutes)`.

use std::str::FromStr;

use watchfire_model::EventTime;

use super::{MINUTE, ScheduleFault};

/// Every so many minutes, hours or days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In milliseconds.
    period: i64,
}

const UNITS: [(&str, i64); 3] = [("minute", MINUTE), ("hour", 60 * MINUTE), ("day", 24 * 60 * MINUTE)];

impl FromStr for Rate {
    type Err = ScheduleFault;

    /// Reads what stands between the brackets.
    fn from_str(text: &str) -> Result<Rate, ScheduleFault> {
        let (number, unit) = text.split_once(' ').ok_or_else(|| ScheduleFault::new("a rate is a number, one blank and a unit"))?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| number.parse::<u32>().ok()).flatten().filter(|number| *number > 0);
        let number = number.ok_or_else(|| ScheduleFault::new("the number of a rate is 1 or more"))?;
        let found = UNITS.iter().find(|(name, _)| match number {
            1 => unit == *name,
            _ => unit.strip_suffix('s') == Some(name),
        });
        let (_, length) =
            found.ok_or_else(|| ScheduleFault::new("the unit is minute, hour or day after 1, minutes, hours or days otherwise"))?;
        Ok(Rate { period: i64::from(number) * length })
    }
}

impl Rate {
    /// The first multiple of the period since `since` that is after an instant; the first run is one period after `since`.
    pub(super) fn next(&self, since: EventTime, after: EventTime) -> Option<EventTime> {
        let passed = after.millis().saturating_sub(since.millis()).max(0);
        let count = passed / self.period + 1;
        since.millis().checked_add(count.checked_mul(self.period)?).map(EventTime)
    }
}
