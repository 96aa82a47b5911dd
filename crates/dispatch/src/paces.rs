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
        line.1.take(now)
    }
}
