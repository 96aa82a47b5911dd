//! Requests a second, for targets that bound them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use watchfire_bus::target::Pace;
use watchfire_model::EventTime;

/// The lines before API destinations, by ARN.
#[derive(Debug, Default)]
pub(crate) struct Paces(Mutex<HashMap<String, (u32, Pace)>>);

/// Lines that are kept; the bus has no more destinations.
const LINES_MAX: usize = 3000;

/// Longest wait in a line: fewer requests are under way at once than go through in it.
const WAIT_MAX: Duration = Duration::from_secs(60);

impl Paces {
    /// Takes a place in the line before a target that takes so many requests a second, and says how long to wait there.
    pub(crate) fn take(&self, target: &str, per_second: u32, now: EventTime) -> Duration {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= LINES_MAX && !lines.contains_key(target) {
            lines.clear();
        }
        let line = lines.entry(target.to_owned()).or_insert_with(|| (per_second, Pace::new(per_second)));
        if line.0 != per_second {
            *line = (per_second, Pace::new(per_second));
        }
        let wait = line.1.take(now);
        if wait <= WAIT_MAX {
            return wait;
        }
        // No line is that long, so a clock was set back: it begins anew.
        line.1 = Pace::new(per_second);
        line.1.take(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_holds_nobody_up() {
        let paces = Paces::default();
        let hour = 3_600_000;
        assert_eq!(paces.take("a", 1, EventTime(hour)), Duration::ZERO);
        assert_eq!(paces.take("a", 1, EventTime(hour)), Duration::from_secs(1));
        assert_eq!(paces.take("b", 1, EventTime(hour)), Duration::ZERO);
        assert_eq!(paces.take("a", 1, EventTime(0)), Duration::ZERO);
        assert_eq!(paces.take("a", 1, EventTime(0)), Duration::from_secs(1));
        assert_eq!(paces.take("a", 2, EventTime(0)), Duration::ZERO, "another rate, another line");
    }
}
