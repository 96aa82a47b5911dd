//! How long to wait before the next attempt.

use std::time::Duration;

use crate::chance::Chance;

/// Waiting that doubles with each attempt up to a limit, half of it fixed and half of it chance, so that what failed together does not
/// come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The longest wait after the first attempt.
    pub first: Duration,
    /// The longest wait after any.
    pub longest: Duration,
}

impl Default for Backoff {
    /// Two seconds to eight minutes: the 185 retries of AWS's default then take most of its 24 hours.
    fn default() -> Backoff {
        Backoff { first: Duration::from_secs(2), longest: Duration::from_secs(480) }
    }
}

impl Backoff {
    /// The wait after so many attempts, of which there was at least one.
    pub fn wait(&self, attempts: u32, chance: &mut dyn Chance) -> Duration {
        let doublings = attempts.saturating_sub(1).min(63);
        let first = u64::try_from(self.first.as_millis()).unwrap_or(u64::MAX);
        let longest = u64::try_from(self.longest.as_millis()).unwrap_or(u64::MAX);
        let whole = first.saturating_mul(1 << doublings).min(longest);
        Duration::from_millis(whole / 2 + chance.below(whole - whole / 2 + 1))
    }
}

/// What a `Retry-After` header asks for, in seconds or as a date; `None` where it says nothing that is understood. A negative number of
/// seconds forbids trying again, which is an error here.
///
/// # Errors
/// The receiver wants no other attempt.
pub fn after_answer(header: &str, now: watchfire_model::EventTime) -> Result<Option<Duration>, Forbidden> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<i64>() {
        return u64::try_from(seconds).map(|seconds| Some(Duration::from_secs(seconds))).map_err(|_| Forbidden);
    }
    let date = jiff::fmt::rfc2822::parse(header).ok().map(|date| date.timestamp().as_millisecond());
    Ok(date.map(|at| Duration::from_millis(u64::try_from(at.saturating_sub(now.millis())).unwrap_or_default())))
}

/// The receiver wants no other attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden;

#[cfg(test)]
mod tests {
    use watchfire_model::EventTime;

    use super::*;

    #[test]
    fn waits_double_within_bounds() {
        let backoff = Backoff::default();
        let (mut least, mut most) = (|| 0u64, || u64::MAX);
        for (attempts, seconds) in [(1, 2), (2, 4), (5, 32), (8, 256), (9, 480), (185, 480), (u32::MAX, 480)] {
            assert_eq!(backoff.wait(attempts, &mut least), Duration::from_secs(seconds) / 2);
            assert_eq!(backoff.wait(attempts, &mut most), Duration::from_secs(seconds));
        }
    }

    #[test]
    fn all_retries_fit_into_a_day() {
        let mut most = || u64::MAX;
        let all: Duration = (1..=185).map(|attempts| Backoff::default().wait(attempts, &mut most)).sum();
        assert!(all.as_secs() > 43_200 && all.as_secs() < 86_400, "{all:?}");
    }

    #[test]
    fn what_receivers_ask_for() {
        let after = |header: &str| after_answer(header, EventTime(1_772_442_840_000));
        assert_eq!(after("120"), Ok(Some(Duration::from_secs(120))));
        assert_eq!(after("-1"), Err(Forbidden));
        assert_eq!(after("Mon, 02 Mar 2026 09:14:07 GMT"), Ok(Some(Duration::from_secs(7))));
        assert_eq!(after("Mon, 02 Mar 2020 09:14:07 GMT").map(Option::unwrap_or_default).map(|wait| wait.is_zero()), Ok(true));
        assert_eq!(after("soon"), Ok(None));
        assert_eq!(after("99999999999999999999"), Ok(None));
    }
}
