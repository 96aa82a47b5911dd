//! Requests a second.

use std::time::Duration;

use watchfire_model::EventTime;

/// Keeps requests below a rate: each takes its place in a line, and the line moves at the rate. A pause lets at most one second's worth
/// go at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Milliseconds between two places, at the rate.
    gap: f64,
    /// The next free place, in milliseconds since 1970.
    next: f64,
}

impl Pace {
    /// At most so many requests a second; 0 is taken for 1.
    pub fn new(per_second: u32) -> Pace {
        Pace { gap: 1000.0 / f64::from(per_second.max(1)), next: f64::NEG_INFINITY }
    }

    /// Takes a place and says how long to wait for it.
    pub fn take(&mut self, now: EventTime) -> Duration {
        let now = now.millis() as f64;
        let place = self.next.max(now - 1000.0 + self.gap);
        self.next = place + self.gap;
        Duration::from_secs_f64((place - now).max(0.0) / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In any second no more than the rate allows, after the first second's worth.
    #[test]
    fn the_rate_is_kept() {
        for rate in [1, 3, 300] {
            let mut pace = Pace::new(rate);
            let mut sent: Vec<u64> = (0..2000).map(|_| u64::try_from(pace.take(EventTime(10_000)).as_millis()).unwrap()).collect();
            assert!(sent.is_sorted());
            sent.drain(..rate as usize);
            for (number, at) in sent.iter().enumerate() {
                let within = sent[number..].iter().take_while(|other| **other < at + 1000).count();
                assert!(within <= rate as usize + 1, "{within} of {rate}");
            }
        }
        let mut pace = Pace::new(2);
        let waits = [0, 0, 0, 1000, 5000, 5000, 5000].map(|now| pace.take(EventTime(now)).as_millis());
        assert_eq!(waits, [0, 0, 500, 0, 0, 0, 500]);
    }
}
