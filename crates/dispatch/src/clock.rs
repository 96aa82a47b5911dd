//! What time it is, passed in.

use std::time::{SystemTime, UNIX_EPOCH};

use watchfire_model::EventTime;

/// What time it is. Tests turn the hands themselves.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> EventTime;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> EventTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        EventTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
