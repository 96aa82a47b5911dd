//! How long and how often a delivery is tried.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::Exhausted;

/// The two limits of a target; whichever comes first ends the trying. Members that are not given have AWS's defaults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RetryPolicy {
    /// Attempts after the first, 0 to 185.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_retry_attempts: Option<u32>,
    /// Seconds since the bus took the event in, 60 to 86,400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_event_age_in_seconds: Option<u32>,
}

impl RetryPolicy {
    /// The most attempts after the first, also where nothing is said.
    pub const ATTEMPTS_MAX: u32 = 185;
    /// The greatest age in seconds, also where nothing is said.
    pub const AGE_MAX: u32 = 86_400;
    /// The smallest age in seconds.
    pub const AGE_MIN: u32 = 60;

    /// Attempts after the first.
    pub fn retries(&self) -> u32 {
        self.maximum_retry_attempts.unwrap_or(Self::ATTEMPTS_MAX)
    }

    /// The age an event may have.
    pub fn age(&self) -> Duration {
        Duration::from_secs(self.maximum_event_age_in_seconds.unwrap_or(Self::AGE_MAX).into())
    }

    /// Which limit forbids another attempt at an instant, where one does. `attempts` counts those made, `since` is when the bus took
    /// the event in.
    pub fn exhausted(&self, attempts: u32, since: EventTime, at: EventTime) -> Option<Exhausted> {
        let age = at.millis().saturating_sub(since.millis()).max(0).unsigned_abs();
        if attempts > self.retries() {
            Some(Exhausted::Attempts)
        } else if Duration::from_millis(age) > self.age() {
            Some(Exhausted::Age)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whichever_limit_comes_first() {
        let policy = RetryPolicy { maximum_retry_attempts: Some(2), maximum_event_age_in_seconds: Some(60) };
        let exhausted = |attempts, seconds: i64| policy.exhausted(attempts, EventTime(0), EventTime(seconds * 1000));
        assert_eq!(exhausted(1, 60), None);
        assert_eq!(exhausted(2, 60), None);
        assert_eq!(exhausted(3, 0), Some(Exhausted::Attempts));
        assert_eq!(exhausted(1, 61), Some(Exhausted::Age));
        let plain = RetryPolicy::default();
        assert_eq!((plain.retries(), plain.age().as_secs()), (185, 86_400));
        let none = RetryPolicy { maximum_retry_attempts: Some(0), ..plain };
        assert_eq!(none.exhausted(1, EventTime(0), EventTime(0)), Some(Exhausted::Attempts));
        assert_eq!(serde_json::to_string(&plain).unwrap(), "{}");
    }
}
