//! Schedules: `rate(5 minutes)` and `cron(0 12 ? * MON-FRI *)`, in UTC, with a minute as the finest step.

mod cron;
mod field;
mod rate;

use std::str::FromStr;

use watchfire_model::EventTime;

pub use cron::Cron;
pub use rate::Rate;

/// When a rule runs by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// Every so often since the rule was made.
    Rate(Rate),
    /// At minutes of the calendar.
    Cron(Cron),
}

/// A text is no schedule. AWS tells no more than that; `why` is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Parameter ScheduleExpression is not valid.")]
pub struct ScheduleFault {
    /// What is wrong, in our words.
    pub why: String,
}

impl ScheduleFault {
    fn new(why: impl Into<String>) -> ScheduleFault {
        ScheduleFault { why: why.into() }
    }
}

/// Letters of an expression.
const LETTERS_MAX: usize = 256;

/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;

impl FromStr for Schedule {
    type Err = ScheduleFault;

    fn from_str(text: &str) -> Result<Schedule, ScheduleFault> {
        if text.len() > LETTERS_MAX {
            return Err(ScheduleFault::new(format!("longer than {LETTERS_MAX} letters")));
        }
        let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        match (inside("rate"), inside("cron")) {
            (Some(rate), _) => rate.parse().map(Schedule::Rate),
            (_, Some(cron)) => cron.parse().map(Schedule::Cron),
            _ => Err(ScheduleFault::new("neither rate(…) nor cron(…)")),
        }
    }
}

impl Schedule {
    /// The first run after an instant; `None` when there is none any more. `since` is when the rule was made: a rate counts from there.
    pub fn next(&self, since: EventTime, after: EventTime) -> Option<EventTime> {
        match self {
            Schedule::Rate(rate) => rate.next(since, after),
            Schedule::Cron(cron) => cron.next(after),
        }
    }
}

#[cfg(test)]
mod tests;
