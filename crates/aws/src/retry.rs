//! How often and how patiently to try again.

use std::time::Duration;

/// Attempts and the pauses between them. Pauses double, and each is cut to a random part of itself so that many readers that
/// were told to slow down do not return together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Attempts for one call, the first included.
    pub attempts_max: u32,
    /// The first pause at its longest.
    pub pause_first: Duration,
    /// No pause is longer.
    pub pause_max: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        // Up to 25 s in all: S3 splits a busy prefix within that time, and a person still waits for it.
        Retry { attempts_max: 8, pause_first: Duration::from_millis(200), pause_max: Duration::from_secs(20) }
    }
}

impl Retry {
    /// The pause after a failed attempt, counted from 1; `None` when that was the last one.
    pub(crate) fn pause(&self, attempt: u32) -> Option<Duration> {
        if attempt >= self.attempts_max {
            return None;
        }
        let longest = self.pause_first.saturating_mul(1 << (attempt - 1).min(16)).min(self.pause_max);
        Some(longest.mul_f64(0.5 + fastrand::f64() / 2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit_and_end() {
        let retry = Retry { attempts_max: 30, pause_first: Duration::from_millis(100), pause_max: Duration::from_secs(1) };
        for (attempt, longest) in [(1, 100), (2, 200), (4, 800), (5, 1000), (29, 1000)] {
            let pause = retry.pause(attempt).expect("not the last").as_millis();
            assert!((longest / 2..=longest).contains(&pause), "{attempt}: {pause}");
        }
        assert_eq!(retry.pause(30), None);
    }
}
