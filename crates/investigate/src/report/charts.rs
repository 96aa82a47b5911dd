//! Scales and ticks: where a time or a count stands in a drawing.

use watchfire_model::EventTime;

use crate::moment;

pub(super) const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Distances between ticks that a reader can add up in the head.
const TICKS_MS: [i64; 17] = [
    MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    2 * DAY_MS,
    7 * DAY_MS,
    14 * DAY_MS,
    30 * DAY_MS,
    91 * DAY_MS,
    365 * DAY_MS,
];

/// Time from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeScale {
    pub first: i64,
    pub last: i64,
    pub left: f64,
    pub right: f64,
}

impl TimeScale {
    pub(super) fn x(&self, ms: i64) -> f64 {
        let whole = self.last.saturating_sub(self.first).max(1) as f64;
        let part = ms.clamp(self.first, self.last).saturating_sub(self.first) as f64;
        self.left + (self.right - self.left) * part / whole
    }

    /// Ticks at round times, at most `most`: where, the label, the day below it where it is new.
    pub(super) fn ticks(&self, most: i64) -> Vec<(f64, String, Option<String>)> {
        let whole = self.last.saturating_sub(self.first).max(1);
        let longest = TICKS_MS.last().copied().unwrap_or(DAY_MS);
        let step =
            TICKS_MS.into_iter().find(|step| whole / step <= most).unwrap_or_else(|| longest.saturating_mul(whole / longest / most + 1));
        let mut ticks = Vec::new();
        let mut at = self.first.div_euclid(step).saturating_add(1).saturating_mul(step);
        if self.first.rem_euclid(step) == 0 {
            at = self.first;
        }
        let mut day_before = String::new();
        while at <= self.last && ticks.len() <= most as usize + 1 {
            let time = EventTime(at);
            let day = moment::short_day(time);
            let (label, below) = match step {
                ..DAY_MS => (moment::hour(time), (day != day_before).then(|| day.clone())),
                DAY_MS..2_592_000_000 => (day.clone(), None),
                _ => (moment::month(time), None),
            };
            day_before = day;
            ticks.push((self.x(at), label, below));
            at = at.saturating_add(step);
        }
        ticks
    }
}

/// The smallest round number not below `value`.
pub(super) fn round_up(value: u64) -> u64 {
    let mut power = 1u64;
    loop {
        for step in [1, 2, 3, 4, 5, 6, 8] {
            let candidate = power.saturating_mul(step);
            if candidate >= value {
                return candidate;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_few_and_inside_for_every_span() {
        for exponent in 0..63 {
            let scale = TimeScale { first: -7, last: 1i64 << exponent, left: 0.0, right: 100.0 };
            let ticks = scale.ticks(10);
            assert!(ticks.len() <= 12, "2^{exponent} ms gives {} ticks", ticks.len());
            assert!(ticks.iter().all(|(x, ..)| (0.0..=100.0).contains(x)));
        }
    }

    #[test]
    fn counts_round_up() {
        assert_eq!([0, 1, 7, 11, 2100, 99, u64::MAX].map(round_up), [1, 1, 8, 20, 3000, 100, u64::MAX]);
    }
}
