//! One field of a cron expression: a set of numbers.

use super::ScheduleFault;

/// What a field may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Domain {
    /// Its name in complaints.
    pub name: &'static str,
    /// The first number.
    pub first: u16,
    /// The last.
    pub last: u16,
    /// Words for numbers, the first word for the first number.
    pub words: &'static [&'static str],
    /// Whether a range may go over the end: `20-2` in hours.
    pub wraps: bool,
}

pub(super) const MINUTES: Domain = Domain { name: "minutes", first: 0, last: 59, words: &[], wraps: true };
pub(super) const HOURS: Domain = Domain { name: "hours", first: 0, last: 23, words: &[], wraps: true };
pub(super) const DAYS: Domain = Domain { name: "day of month", first: 1, last: 31, words: &[], wraps: true };
pub(super) const MONTHS: Domain = Domain {
    name: "month",
    first: 1,
    last: 12,
    words: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    wraps: true,
};
pub(super) const WEEKDAYS: Domain =
    Domain { name: "day of week", first: 1, last: 7, words: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], wraps: true };
pub(super) const YEARS: Domain = Domain { name: "year", first: 1970, last: 2199, words: &[], wraps: false };

/// Numbers of a domain, sorted, each once.
pub(super) type Numbers = Vec<u16>;

impl Domain {
    fn fault(&self, says: &str) -> ScheduleFault {
        ScheduleFault::new(format!("{}: {says}", self.name))
    }

    /// Reads a number or a word.
    pub fn number(&self, text: &str) -> Result<u16, ScheduleFault> {
        let word = self.words.iter().zip(self.first..).find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, number)| number);
        let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = word.or_else(|| digits.then(|| text.parse().ok()).flatten());
        number
            .filter(|number| (self.first..=self.last).contains(number))
            .ok_or_else(|| self.fault(&format!("{text:?} is not from {} to {}", self.first, self.last)))
    }

    /// Reads a field: parts with commas between them, each `*`, a number or a range, and a step where it has one.
    pub fn numbers(&self, text: &str) -> Result<Numbers, ScheduleFault> {
        let mut all = Numbers::new();
        for part in text.split(',') {
            all.extend(self.part(part)?);
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    fn part(&self, text: &str) -> Result<Numbers, ScheduleFault> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (text, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.first, self.last),
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            // A number with a step goes on to the end, without one it is itself.
            None => self.number(range).map(|from| (from, if step.is_some() { self.last } else { from }))?,
        };
        if from > to && !self.wraps {
            return Err(self.fault("a range begins with the smaller number"));
        }
        let turn = self.last - self.first + 1;
        let end = if from > to { to + turn } else { to };
        let wrapped = |number: u16| if number > self.last { number - turn } else { number };
        Ok((from..=end).step_by(usize::from(step.unwrap_or(1))).map(wrapped).collect())
    }

    fn step(&self, text: &str) -> Result<u16, ScheduleFault> {
        let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let step = digits.then(|| text.parse().ok()).flatten();
        step.filter(|step| (1..=self.last).contains(step)).ok_or_else(|| self.fault(&format!("{text:?} is no step")))
    }
}
